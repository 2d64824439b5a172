import { useId } from 'react'
import styles from './copy-box.module.css'
import { CopyButton } from './copy-button.tsx'

/** A read-only text to take away: shown whole, selected when it gets the focus, with a button that copies it. */
export function CopyBox({ label, text }: { label: string; text: string }) {
  const id = useId()
  const what = label.replace(/:$/, '')
  return (
    <div className={styles.row}>
      <span className={styles.label} id={`${id}label`}>
        {label}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: an <input> would cut a long text on a phone */}
      <div
        className={styles.box}
        id={id}
        role="textbox"
        aria-readonly="true"
        aria-multiline="false"
        aria-labelledby={`${id}label`}
        tabIndex={0}
        translate="no"
        onFocus={(event) => getSelection()?.selectAllChildren(event.currentTarget)}
      >
        {text}
      </div>
      <CopyButton text={text} what={what} from={id} />
    </div>
  )
}
