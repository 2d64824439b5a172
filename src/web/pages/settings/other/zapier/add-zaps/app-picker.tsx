import { Anchor, Title, VisuallyHidden } from '@mantine/core'
import { Fragment, type ReactNode, type RefObject } from 'react'
import { Form, Link, useSubmit } from 'react-router'
import { IconCheck, IconSearch, IconStar } from '../../../../../icons.ts'
import { AppMark } from './app-mark.tsx'
import styles from './page.module.css'

export interface PickerProps {
  wanted: string
  sort: 'popular' | 'name'
  /** Kept by the search form. */
  appIds: string[]
  popular: { chosen: boolean; href: string }
  tiles: { id: string; name: string; chosen: boolean; href: string }[]
  chips: { id: string; name: string; href: string }[]
  clearHref: string
  withoutSearchHref: string
}

/** Search, order, a grid of apps to choose from, and what is chosen. Everything is a link or a form: it works without scripts. */
export function AppPicker({
  picker,
  heading,
}: {
  picker: PickerProps
  heading: RefObject<HTMLHeadingElement | null>
}) {
  // The link that was pressed goes away with its app.
  const keepPlace = () => heading.current?.focus()
  return (
    <section aria-labelledby="pick">
      <div className={styles.headingRow}>
        <Title order={2} id="pick" ref={heading} tabIndex={-1} className={styles.heading}>
          Pick your app
        </Title>
        <details className={styles.help}>
          <summary aria-label="How adding a Zap works">?</summary>
          <p>
            Choose the apps you work with. Each Zap below begins with something that happens here and goes on
            in that app. <strong>Add Zap</strong> opens Zapier and lists the steps; in the sandbox you can try
            the same Zap first, without a Zapier account. Any other app of Zapier’s works as well: begin with
            the same trigger there.
          </p>
        </details>
      </div>
      <div className={styles.box}>
        <SearchForm key={picker.appIds.join()} picker={picker} />
        <Tiles picker={picker} />
      </div>
      {picker.chips.length > 0 && (
        <div className={styles.chips}>
          <ul className={styles.chipList} aria-label="Chosen apps">
            {picker.chips.map(({ id, name, href }) => (
              <li key={id}>
                <Link
                  className={styles.chip}
                  to={href}
                  preventScrollReset
                  onClick={keepPlace}
                  aria-label={`Remove ${name}`}
                >
                  {name} <span aria-hidden>×</span>
                </Link>
              </li>
            ))}
          </ul>
          <Anchor
            component={Link}
            to={picker.clearHref}
            preventScrollReset
            onClick={keepPlace}
            size="sm"
            fw={600}
            underline="always"
          >
            Clear all
          </Anchor>
        </div>
      )}
    </section>
  )
}

/** Searches while typing; without scripts by its button. */
function SearchForm({ picker: { wanted, sort, appIds } }: { picker: PickerProps }) {
  const submit = useSubmit()
  return (
    <Form
      className={styles.search}
      role="search"
      preventScrollReset
      onChange={(event) => submit(event.currentTarget, { replace: true, preventScrollReset: true })}
    >
      {appIds.map((id) => (
        <input key={id} type="hidden" name="app" value={id} />
      ))}
      <label className={styles.searchBox}>
        <VisuallyHidden>Search for an app</VisuallyHidden>
        <input
          type="search"
          name="q"
          defaultValue={wanted}
          placeholder="Search for any app name"
          autoComplete="off"
          maxLength={60}
        />
        <button type="submit">
          <IconSearch size={18} aria-hidden />
          <VisuallyHidden>Search</VisuallyHidden>
        </button>
      </label>
      <label className={styles.sort}>
        Sort by:{' '}
        <select name="sort" defaultValue={sort}>
          <option value="popular">Popular</option>
          <option value="name">A to Z</option>
        </select>
      </label>
    </Form>
  )
}

const Tiles = ({ picker: { wanted, popular, tiles, withoutSearchHref } }: { picker: PickerProps }) =>
  tiles.length === 0 ? (
    <p className={styles.none}>
      No app here is called “{wanted}”. Zapier itself knows thousands more: begin there with the same
      triggers, or{' '}
      <Link to={withoutSearchHref} preventScrollReset>
        show all apps
      </Link>
      .
    </p>
  ) : (
    <ul className={styles.tiles}>
      {!wanted && (
        <li>
          <Tile href={popular.href} chosen={popular.chosen} name="Popular Zaps">
            <span className={`${styles.mark} ${styles.star}`} aria-hidden>
              <IconStar size={26} />
            </span>
          </Tile>
        </li>
      )}
      {tiles.map(({ id, name, href, chosen }) => (
        <li key={id}>
          <Tile href={href} chosen={chosen} name={name}>
            <AppMark id={id} name={name} size={48} />
          </Tile>
        </li>
      ))}
    </ul>
  )

const Tile = ({
  href,
  chosen,
  name,
  children,
}: {
  href: string
  chosen: boolean
  name: string
  children: ReactNode
}) => (
  <Link className={styles.tile} to={href} preventScrollReset aria-current={chosen ? 'true' : undefined}>
    <span className={styles.ring}>
      {children}
      {chosen && (
        <span className={styles.badge} aria-hidden>
          <IconCheck size={14} stroke={3} />
        </span>
      )}
    </span>
    <span>
      {name.split(/(?<=[a-z])(?=[A-Z])/).map((piece, index) => (
        // A long name may break where its second word begins ("ActiveCampaign").
        <Fragment key={piece}>
          {index > 0 && <wbr />}
          {piece}
        </Fragment>
      ))}
    </span>
  </Link>
)
