import { GlobeIcon } from '../icons.tsx'
import layout from '../layout.module.css'
import { zoneName } from '../words.ts'
import { zonesByRegion } from '../zone.ts'
import css from './page.module.css'

const optionHtml = (zone: string) => `<option value="${zone}">${zoneName(zone)}</option>`

/** Zone names are letters, digits, `/`, `_`, `+` and `-` only, so they are HTML as they are. */
const optionsHtml = zonesByRegion
  .map(({ region, zones }) => {
    const options = zones.map(optionHtml).join('')
    return region ? `<optgroup label="${region}">${options}</optgroup>` : options
  })
  .join('')

function optionsWith(selected: string): string {
  const option = optionHtml(selected)
  const all = optionsHtml.includes(option) ? optionsHtml : option + optionsHtml
  return all.replace(option, option.replace('<option', '<option selected=""'))
}

/** Shows the zone that times are in, and changes it. The script sends it on a choice by mouse or touch. */
export function ZoneForm({
  action,
  name,
  inWords,
  kept,
  isFixed,
}: {
  action: string
  name: string
  inWords: string
  /** Parameters that stay in the address. */
  kept: Record<string, string | undefined>
  /** The page shows its own zone to everybody. */
  isFixed: boolean
}) {
  if (isFixed)
    return (
      <p className={layout.fact}>
        <GlobeIcon />
        <span>
          Times are in <strong>{inWords}</strong>
        </span>
      </p>
    )
  return (
    <form className={css.zone} method="get" action={action} data-zone-form="">
      {Object.entries(kept).map(
        ([key, value]) => value !== undefined && <input key={key} type="hidden" name={key} value={value} />,
      )}
      <p className={layout.fact}>
        <GlobeIcon />
        <span>
          Times are in <strong>{inWords}</strong>
        </span>
      </p>
      <div className={css.zoneChoice}>
        <label className={layout.label} htmlFor="zone">
          Time zone
        </label>
        <select
          className={layout.input}
          id="zone"
          name="zone"
          // biome-ignore lint/security/noDangerouslySetInnerHtml: 420 elements were half the cost of this page
          dangerouslySetInnerHTML={{ __html: optionsWith(name) }}
        />
        <button className={layout.secondary} type="submit">
          Change
        </button>
      </div>
    </form>
  )
}
