/** An instant in words; how long ago it was stands before or instead of it. */
export function Time({
  at,
  show = 'words',
}: {
  at: { iso: string; words: string; ago: string }
  show?: 'words' | 'ago' | 'both'
}) {
  return (
    <time dateTime={at.iso} title={show === 'ago' ? at.words : undefined}>
      {show === 'words' ? at.words : show === 'ago' ? at.ago : `${at.words} (${at.ago})`}
    </time>
  )
}
