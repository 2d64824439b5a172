import { NativeSelect, Select } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { presentZoneName } from '#kit/time.ts'

export interface ZoneChoice {
  value: string
  label: string
}

/**
 * A plain list first, so that it works without scripts. With them it becomes searchable, and the browser's own zone is chosen
 * unless something was already.
 */
export function ZoneField({
  zones,
  given,
  problem,
}: {
  zones: ZoneChoice[]
  given: string | undefined
  problem: string | undefined
}) {
  const plain = useRef<HTMLSelectElement>(null)
  const [chosen, setChosen] = useState<string | null>()
  const [offered, setOffered] = useState(zones)

  useEffect(() => {
    const own = presentZoneName(Intl.DateTimeFormat().resolvedOptions().timeZone)
    const wanted = plain.current?.value || own || null
    // A browser may know a zone that the server does not list.
    if (wanted && !zones.some(({ value }) => value === wanted))
      setOffered([{ value: wanted, label: wanted.replaceAll('_', ' ') }, ...zones])
    setChosen(wanted)
  }, [zones])

  const shared = {
    label: 'Time zone',
    description: 'Your opening hours are meant in it.',
    name: 'zone',
    required: true,
    withAsterisk: false,
    error: problem,
    'aria-invalid': problem !== undefined,
  }
  if (chosen === undefined)
    return (
      <NativeSelect {...shared} ref={plain} defaultValue={given ?? ''}>
        <option value="">Choose your time zone</option>
        {zones.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </NativeSelect>
    )
  return (
    <Select
      {...shared}
      data={offered}
      value={chosen}
      onChange={setChosen}
      searchable
      withScrollArea={false}
      styles={{ options: { maxHeight: '17.5rem', overflowY: 'auto' } }}
      nothingFoundMessage="No such time zone. Search for a city, such as Berlin."
      placeholder="Search for a city"
      checkIconPosition="right"
      comboboxProps={{ shadow: 'md' }}
    />
  )
}
