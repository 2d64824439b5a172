import styles from './page.module.css'

/** A neutral mark of an app: its initials on a color of its own. Logos belong to their owners. */
export const AppMark = ({ id, name, size = 36 }: { id: string; name: string; size?: number }) => (
  <span
    className={styles.mark}
    style={{ width: size, height: size, fontSize: size * 0.36, background: `hsl(${hueOf(id)} 50% 29%)` }}
    aria-hidden
  >
    {initialsOf(name)}
  </span>
)

function initialsOf(name: string): string {
  const [first = '', second = ''] = name.split(/[\s.]+/)
  return (second ? `${first[0]}${second[0]}` : first.slice(0, 2)).toUpperCase()
}

const hueOf = (id: string): number =>
  [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7)
