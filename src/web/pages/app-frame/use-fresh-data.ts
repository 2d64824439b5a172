import { useEffect } from 'react'
import { useRevalidator } from 'react-router'

/**
 * Asks for the page's data again every so often, while somebody looks. Nothing is redrawn but what changed, so the focus stays.
 *
 * A server that is away for a moment is passed over: asking React Router would put the error page in place of this one.
 */
export function useFreshData(intervalMs: number): void {
  const { revalidate } = useRevalidator()
  useEffect(() => {
    let stopped = false
    const ask = async () => {
      if (document.visibilityState !== 'visible') return
      const answer = await fetch('/live', { cache: 'no-store' }).catch(() => undefined)
      if (answer?.ok && !stopped) await revalidate()
    }
    const timer = setInterval(() => void ask(), intervalMs)
    const askAtOnce = () => void ask()
    document.addEventListener('visibilitychange', askAtOnce)
    return () => {
      stopped = true
      clearInterval(timer)
      document.removeEventListener('visibilitychange', askAtOnce)
    }
  }, [revalidate, intervalMs])
}
