import { publicId } from '#kit/ids.ts'
import type { ApiHouse } from '../api-house.ts'
import type { Provocation } from './provocation.ts'

const pathOf = ({ ana }: ApiHouse) => `/users/${publicId('user', ana.id)}/scheduling-availability`

const refusedQuery = (param: string, query: string): Provocation => ({
  endpoint: 'getSchedulingAvailability',
  status: 400,
  param,
  arrange: async (house) => ({ path: `${pathOf(house)}?${query}` }),
})

const refusedBody = (param: string, body: unknown, status = 400): Provocation => ({
  endpoint: 'updateSchedulingAvailability',
  status,
  param,
  arrange: async (house) => ({ path: pathOf(house), body }),
})

const slot = (more: object = {}) => ({ start_time: '09:00', end_time: '12:00', locations: [], ...more })
const locations = (...all: object[]) => [slot({ locations: all })]

/** Working hours that a day of the week and a date refuse alike. */
const wrongHours: [member: string, workingHours: unknown, status?: number][] = [
  ['', [slot(), slot({ start_time: '11:45', end_time: '13:00' })]],
  ['', 'nine to five'],
  ['.start_time', [slot({ start_time: '09:10' })]],
  ['.start_time', [slot({ start_time: '24:00' })]],
  ['.end_time', [slot({ end_time: '12:59' })]],
  ['.end_time', [slot({ end_time: '09:00' })]],
  ['.locations', [{ start_time: '09:00', end_time: '12:00' }]],
  ['.locations', locations({ type: 'phone_by_guest' }, { type: 'phone_by_guest' })],
  ['.locations.type', locations({ type: 'on_the_moon' })],
  ['.locations.id', locations({ type: 'in_person_by_host' })],
  ['.locations.id', locations({ type: 'in_person_by_host', id: 'ADD-00000000000000000000000000' })],
  ['.locations.value', locations({ type: 'online_static_link', value: 'my room' })],
  ['.locations.value', locations({ type: 'online_dynamic_link', value: 'semaphore' })],
  [
    '.locations',
    locations(
      { type: 'online_dynamic_link' },
      { type: 'online_static_link', value: 'https://meet.example.com' },
    ),
    422,
  ],
]

export const availabilityProvocations: Provocation[] = [
  refusedQuery('overrides_start_time', 'overrides_start_time=tomorrow'),
  refusedQuery('overrides_start_time', 'overrides_start_time=2026-12-25&overrides_end_time=2026-12-24'),
  refusedQuery('overrides_end_time', 'overrides_end_time=2026-02-30'),
  refusedQuery('expand', 'expand=user'),

  refusedBody('body', {}),
  refusedBody('weekly', { weekly: {} }),
  refusedBody('weekly', {
    weekly: [
      { day: 'Monday', working_hours: [] },
      { day: 'Monday', working_hours: [slot()] },
    ],
  }),
  refusedBody('weekly.day', { weekly: [{ day: 'monday', working_hours: [] }] }),
  refusedBody('weekly.working_hours', { weekly: [{ day: 'Monday', working_hours: null }] }),
  refusedBody('overrides', {
    overrides: [
      { date: '2026-12-24', working_hours: [] },
      { date: '2026-12-24', working_hours: null },
    ],
  }),
  refusedBody('overrides.date', { overrides: [{ date: '24.12.2026', working_hours: [] }] }),
  refusedBody('overrides.date', { overrides: [{ date: '2026-11-22', working_hours: [] }] }),
  ...wrongHours.flatMap(([member, workingHours, status]) => [
    refusedBody(
      `weekly.working_hours${member}`,
      { weekly: [{ day: 'Monday', working_hours: workingHours }] },
      status,
    ),
    refusedBody(
      `overrides.working_hours${member}`,
      { overrides: [{ date: '2026-12-24', working_hours: workingHours }] },
      status,
    ),
  ]),
]
