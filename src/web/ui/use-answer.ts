import { useState } from 'react'
import { useLocation } from 'react-router'

/**
 * The answer to a form, until the reader goes on to another address.
 *
 * React Router forgets it (`actionData`) as soon as the page asks for its data anew, as pages with `useFreshData` do by themselves: a
 * secret would be gone after seconds, and a dialog with what is wrong in it.
 */
export function useAnswer<Answer>(actionData: Answer | undefined): Answer | undefined {
  const { key } = useLocation()
  const [kept, setKept] = useState({ key, answer: actionData })
  if (actionData && (kept.answer !== actionData || kept.key !== key)) setKept({ key, answer: actionData })
  return actionData ?? (kept.key === key ? kept.answer : undefined)
}
