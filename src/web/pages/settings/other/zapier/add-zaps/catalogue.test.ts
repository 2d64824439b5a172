import { describe, expect, test } from 'vitest'
import { addressOf, appsFor, choiceOf, sectionsFor, toggled } from './catalogue.ts'

const choose = (search: string) => choiceOf(new URLSearchParams(search))
const namesFor = (search: string) => appsFor(choose(search)).map(({ name }) => name)
const headingsFor = (search: string) => sectionsFor(choose(search)).map(({ heading }) => heading)

describe('the choice in the address', () => {
  test('survives a round trip, in the order of choosing', () => {
    const choice = choose('app=trello&app=slack&q=mail&sort=name&zap=bookings-to-slack')
    expect(choiceOf(new URL(addressOf(choice), 'http://house').searchParams)).toEqual(choice)
    expect(choice.appIds).toEqual(['trello', 'slack'])
  })

  test('leaves out what this version does not know, and says nothing twice', () => {
    expect(choose('app=slack&app=fax&app=slack&sort=oldest&zap=no-such-zap')).toEqual({
      appIds: ['slack'],
      wanted: '',
      sort: 'popular',
      templateId: undefined,
    })
    expect(addressOf(choose(''))).toBe('/settings/other/zapier/add-zaps')
  })
})

describe('apps', () => {
  test('are found by any part of their name, whatever the case', () => {
    expect(namesFor('q=CALENDAR')).toEqual(['Google Calendar'])
    expect(namesFor('q=mail')).toEqual(['Mailchimp', 'Gmail', 'Email by Zapier'])
    expect(namesFor('q=google+sheets')).toEqual(['Google Sheets'])
    expect(namesFor('q=fax')).toEqual([])
  })

  test('come by popularity or from A to Z', () => {
    expect(namesFor('')[0]).toBe('Google Sheets')
    const byName = namesFor('sort=name')
    expect(byName[0]).toBe('ActiveCampaign')
    expect(byName).toEqual(namesFor('').toSorted((a, b) => a.localeCompare(b, 'en')))
  })
})

describe('sections', () => {
  test('show the popular Zaps until an app is chosen, then only that one', () => {
    expect(headingsFor('')).toEqual(['Popular Zaps'])
    expect(headingsFor('app=slack')).toEqual(['Slack'])
    expect(headingsFor('app=trello&app=slack')).toEqual(['Trello', 'Slack'])
    expect(toggled(['trello', 'slack'], 'trello')).toEqual(['slack'])
    expect(toggled(['slack'], 'trello')).toEqual(['slack', 'trello'])
  })

  test('hold exactly the Zaps that act in their app', () => {
    const [slack] = sectionsFor(choose('app=slack'))
    expect(slack?.templates.length).toBeGreaterThanOrEqual(4)
    for (const { steps } of slack?.templates ?? []) expect(steps.map(({ app }) => app)).toContain('slack')
    const titles = sectionsFor(choose('app=slack&sort=name'))[0]?.templates.map(({ title }) => title)
    expect(titles).toEqual(titles?.toSorted((a, b) => a.localeCompare(b, 'en')))
  })
})
