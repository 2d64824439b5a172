import { useEffect, useRef } from 'react'

/**
 * After a form came back with problems the first wrong field has the focus, or the alert where no field is to blame; so that
 * people who do not see the page hear what to change.
 */
export function useFocusOnProblem<Element extends HTMLElement>(answer: unknown) {
  const form = useRef<Element>(null)
  useEffect(() => {
    if (!answer) return
    // One after the other: the alert stands above all fields.
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    const alert = form.current?.querySelector<HTMLElement>('[role="alert"][tabindex]')
    const problem = wrong ?? alert
    problem?.focus()
  }, [answer])
  return form
}
