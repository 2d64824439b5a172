import { Anchor, Stack, Text, Title, VisuallyHidden } from '@mantine/core'
import { useRef } from 'react'
import { Link } from 'react-router'
import { labelOfField } from '#domain/zapier/zap-field-labels.ts'
import { findZapApp, findZapTemplate } from '#domain/zapier/zap-templates.ts'
import { requireUser } from '#web/require-user.ts'
import { pageTitle } from '../../../../../page-title.ts'
import { triggerNames } from '../zap-words.ts'
import type { Route } from './+types/page.ts'
import { AddZapPanel } from './add-zap-panel.tsx'
import { AppPicker } from './app-picker.tsx'
import { presentZap } from './card.ts'
import { addressOf, appsFor, choiceOf, sectionsFor, toggled } from './catalogue.ts'
import styles from './page.module.css'
import { ZapCard } from './zap-card.tsx'

export const meta = () => pageTitle('Add Zaps', 'Zapier')

export function loader({ context, request }: Route.LoaderArgs) {
  const { user, sandboxUrl, zapierApp } = requireUser(context, request)
  const choice = choiceOf(new URL(request.url).searchParams)
  const to = (change: Parameters<typeof addressOf>[1]) => addressOf(choice, change)
  const present = (template: Parameters<typeof presentZap>[0]) =>
    presentZap(template, {
      triggerName: (trigger) => triggerNames[trigger],
      labelOf: labelOfField,
      sandboxUrl,
      zapierApp,
    })
  const open = choice.templateId && findZapTemplate(choice.templateId)
  return {
    loginId: user.loginId,
    opensFilled: zapierApp !== undefined,
    picker: {
      wanted: choice.wanted,
      sort: choice.sort,
      appIds: choice.appIds,
      popular: { chosen: choice.appIds.length === 0, href: to({ appIds: [] }) },
      tiles: appsFor(choice).map(({ id, name }) => ({
        id,
        name,
        chosen: choice.appIds.includes(id),
        href: to({ appIds: toggled(choice.appIds, id) }),
      })),
      chips: choice.appIds.map((id) => ({
        id,
        name: findZapApp(id)?.name ?? id,
        href: to({ appIds: toggled(choice.appIds, id) }),
      })),
      clearHref: to({ appIds: [] }),
      withoutSearchHref: to({ wanted: '' }),
    },
    sections: sectionsFor(choice).map(({ id, heading, templates }) => ({
      id,
      heading,
      cards: templates.map((template) => ({
        zap: present(template),
        addHref: to({ templateId: template.id }),
      })),
    })),
    open: open ? { zap: present(open), closeHref: to({ templateId: undefined }) } : null,
  }
}

export default function AddZapsPage({
  loaderData: { loginId, opensFilled, picker, sections, open },
}: Route.ComponentProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const count = sections.reduce((sum, { cards }) => sum + cards.length, 0)
  return (
    <Stack gap="lg">
      <Text>
        A Zap connects with your API key and your Login ID. Both are on the{' '}
        <Anchor component={Link} to="/settings/other/zapier/api-key" underline="always">
          API key tab
        </Anchor>
        ; if you have no key yet, generate it there first.
      </Text>
      <AppPicker picker={picker} heading={heading} />
      <VisuallyHidden role="status">
        {count} {count === 1 ? 'Zap' : 'Zaps'}: {sections.map((section) => section.heading).join(', ')}
      </VisuallyHidden>
      <div className={styles.sections}>
        {sections.map(({ id, heading: name, cards }) => (
          <section key={id} aria-labelledby={`zaps-${id}`}>
            <Title order={3} size="lg" id={`zaps-${id}`} mb="sm">
              {name}
            </Title>
            <ul className={styles.cards}>
              {cards.map(({ zap, addHref }) => (
                <ZapCard key={zap.id} zap={zap} addHref={addHref} opensFilled={opensFilled} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {open && (
        <AddZapPanel
          key={open.zap.id}
          zap={open.zap}
          closeHref={open.closeHref}
          loginId={loginId}
          opensFilled={opensFilled}
        />
      )}
    </Stack>
  )
}
