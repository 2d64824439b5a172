import { VisuallyHidden } from '@mantine/core'
import { useEffect, useState } from 'react'
import styles from './copy-button.module.css'
import { useHydrated } from './use-hydrated.ts'

type Outcome = 'copied' | 'selected' | undefined

const words = { copied: 'Copied', selected: 'Press Ctrl+C' }

/**
 * Copies a text. `what` completes the name for those who do not see what stands beside the button ("Copy API key").
 *
 * Browsers give no clipboard to pages without TLS. Then the text of the element `from` is selected, and copied the old way.
 */
export function CopyButton({ text, what, from }: { text: string; what: string; from?: string }) {
  const hydrated = useHydrated()
  const [outcome, setOutcome] = useState<Outcome>()

  useEffect(() => {
    if (!outcome) return
    const timer = setTimeout(setOutcome, 2_500, undefined)
    return () => clearTimeout(timer)
  }, [outcome])

  return (
    <>
      <button
        type="button"
        className={hydrated ? styles.button : `${styles.button} ${styles.waiting}`}
        onClick={() => copy(text, from).then(setOutcome)}
      >
        {outcome ? words[outcome] : 'Copy'}
        <VisuallyHidden> {what}</VisuallyHidden>
      </button>
      <VisuallyHidden aria-live="polite">{outcome ? `${words[outcome]}: ${what}` : ''}</VisuallyHidden>
    </>
  )
}

async function copy(text: string, from: string | undefined): Promise<Outcome> {
  try {
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    const shown = from ? document.getElementById(from) : null
    if (!shown) return undefined
    shown.focus()
    getSelection()?.selectAllChildren(shown)
    return document.execCommand('copy') ? 'copied' : 'selected'
  }
}
