import { readdirSync, readFileSync } from 'node:fs'

/** Fields of `/proc/PID/stat` after the name, which may hold anything. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** CPU that a process has used. Linux only. */
export function cpuSeconds(pid: number): number {
  const [user, system] = statOf(pid).slice(11, 13)
  return (Number(user) + Number(system)) / 100
}

/** The same of a process and its children, those that have ended included. Linux only. */
export function cpuSecondsOfFamily(parent: number): number {
  const [user, system] = statOf(parent).slice(13, 15)
  const children = readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid))
    .map((pid) => {
      try {
        return Number(statOf(pid)[1]) === parent ? cpuSeconds(pid) : 0
      } catch {
        // Ended meanwhile.
        return 0
      }
    })
  return (
    cpuSeconds(parent) + (Number(user) + Number(system)) / 100 + children.reduce((sum, of) => sum + of, 0)
  )
}
