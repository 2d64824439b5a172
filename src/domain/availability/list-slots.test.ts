import { describe, expect, test } from 'vitest'
import { at, everyDay, on, question, starts } from './ask.test-support.ts'
import { isBookable } from './is-bookable.ts'
import { listSlots } from './list-slots.ts'
import { walkSlots } from './oracle.test-support.ts'
import { everyZone, randomQuestion } from './random-question.test-support.ts'

describe('on the day the clock goes forward', () => {
  const spring = { zone: 'America/New_York', range: on('2026-03-08') }

  test('the skipped hour gives no start, and a slot runs straight over it', () => {
    expect(starts({ ...spring, weekly: everyDay('00:00', '05:00') })).toEqual([
      '2026-03-08T05:00Z',
      '2026-03-08T06:00Z',
      '2026-03-08T07:00Z',
      '2026-03-08T08:00Z',
    ])
  })

  test('a window within the skipped hour never opens', () => {
    expect(
      starts({ ...spring, weekly: everyDay('02:00', '03:00'), durationMinutes: 5, spacingMinutes: 5 }),
    ).toEqual([])
  })

  test('a window that starts in the skipped hour opens when the clock has passed it, at its usual times', () => {
    expect(starts({ ...spring, weekly: everyDay('02:30', '05:00'), durationMinutes: 30 })).toEqual([
      '2026-03-08T07:30Z',
      '2026-03-08T08:30Z',
    ])
  })

  test('a window that ends in the skipped hour ends where the clock jumps', () => {
    expect(
      starts({ ...spring, weekly: everyDay('01:00', '02:30'), durationMinutes: 30, spacingMinutes: 30 }),
    ).toEqual(['2026-03-08T06:00Z', '2026-03-08T06:30Z'])
  })

  test('a window over the jump is an hour shorter for a slot, whose length is elapsed time', () => {
    const window = { ...spring, weekly: everyDay('01:30', '03:30'), spacingMinutes: 5 }
    expect(starts({ ...window, durationMinutes: 60 })).toEqual(['2026-03-08T06:30Z'])
    expect(starts({ ...window, durationMinutes: 65 })).toEqual([])
  })

  test('an afternoon keeps its wall-clock hours', () => {
    const afternoon = { zone: 'America/New_York', weekly: everyDay('13:00', '15:00') }
    expect(starts({ ...afternoon, range: on('2026-03-07') })).toEqual([
      '2026-03-07T18:00Z',
      '2026-03-07T19:00Z',
    ])
    expect(starts({ ...afternoon, range: on('2026-03-08') })).toEqual([
      '2026-03-08T17:00Z',
      '2026-03-08T18:00Z',
    ])
  })

  test('a jump at midnight takes the first hour of the day (São Paulo 2018)', () => {
    const zone = 'America/Sao_Paulo'
    expect(starts({ zone, range: on('2018-11-04'), weekly: everyDay('00:00', '02:00') })).toEqual([
      '2018-11-04T03:00Z',
    ])
  })

  test('an evening before a jump at midnight runs into the next day (Cairo)', () => {
    const weekly = everyDay('23:00', '02:00', true)
    expect(starts({ zone: 'Africa/Cairo', range: { from: '2026-04-23', to: '2026-04-24' }, weekly })).toEqual(
      [
        '2026-04-22T22:00Z', // 23 April 00:00, the night before
        '2026-04-22T23:00Z',
        '2026-04-23T21:00Z', // 23 April 23:00
        '2026-04-23T22:00Z', // 24 April 01:00, right after
        '2026-04-24T20:00Z', // 24 April 23:00
      ],
    )
  })
})

describe('on the day the clock goes back', () => {
  const autumn = { zone: 'America/New_York', range: on('2026-11-01') }

  test('the repeated hour is offered twice', () => {
    expect(starts({ ...autumn, weekly: everyDay('00:00', '03:00') })).toEqual([
      '2026-11-01T04:00Z',
      '2026-11-01T05:00Z',
      '2026-11-01T06:00Z',
      '2026-11-01T07:00Z',
    ])
  })

  test('a window within the repeated hour opens twice, and no slot spans the gap between', () => {
    const window = { ...autumn, weekly: everyDay('01:30', '01:45'), spacingMinutes: 15 }
    expect(starts({ ...window, durationMinutes: 15 })).toEqual(['2026-11-01T05:30Z', '2026-11-01T06:30Z'])
    expect(starts({ ...window, durationMinutes: 20 })).toEqual([])
  })

  test('a grid counts wall-clock steps, so that each reading it names is offered as often as it occurs', () => {
    const window = { ...autumn, weekly: everyDay('00:00', '03:00'), durationMinutes: 15, spacingMinutes: 45 }
    expect(starts(window)).toEqual([
      '2026-11-01T04:00Z', // 00:00
      '2026-11-01T04:45Z', // 00:45
      '2026-11-01T05:30Z', // 01:30, first
      '2026-11-01T06:30Z', // 01:30, second
      '2026-11-01T07:15Z', // 02:15
    ])
    expect(starts({ ...window, grid: 'clock' })).toEqual(starts(window))
  })

  test('a clock set back at one in the morning repeats the first hour of the day (Havana)', () => {
    const zone = 'America/Havana'
    expect(starts({ zone, range: on('2026-11-01'), weekly: everyDay('00:00', '01:00') })).toEqual([
      '2026-11-01T04:00Z',
      '2026-11-01T05:00Z',
    ])
  })

  test('a clock set back over midnight repeats the last hour of the day before (São Paulo 2018)', () => {
    const zone = 'America/Sao_Paulo'
    expect(starts({ zone, range: on('2018-02-17'), weekly: everyDay('22:00', '24:00') })).toEqual([
      '2018-02-18T00:00Z',
      '2018-02-18T01:00Z',
      '2018-02-18T02:00Z',
    ])
  })

  test('a date that is left and comes again is counted in both its parts (St. John’s 2010, set back at 00:01)', () => {
    const slots = starts({
      zone: 'UTC',
      customerZone: 'America/St_Johns',
      range: on('2010-11-07'),
      weekly: [{ day: 7, start: '02:20', end: '03:40' }],
      durationMinutes: 5,
      spacingMinutes: 5,
    })
    expect(slots).toEqual(['2010-11-07T02:30Z', '2010-11-07T03:30Z', '2010-11-07T03:35Z'])
  })
})

describe('in zones off the whole hour', () => {
  test('half-hour zones start on their own hour (Kolkata, under both its names)', () => {
    const morning = { range: on('2026-06-01'), weekly: everyDay('09:00', '11:00') }
    expect(starts({ ...morning, zone: 'Asia/Kolkata' })).toEqual(['2026-06-01T03:30Z', '2026-06-01T04:30Z'])
    expect(starts({ ...morning, zone: 'Asia/Calcutta' })).toEqual(['2026-06-01T03:30Z', '2026-06-01T04:30Z'])
  })

  test('45-minute zones start on their own hour, on both grids (Kathmandu, Chatham)', () => {
    const morning = { range: on('2026-12-01'), weekly: everyDay('08:45', '11:00') }
    expect(starts({ ...morning, zone: 'Asia/Kathmandu', grid: 'clock' })).toEqual([
      '2026-12-01T03:15Z',
      '2026-12-01T04:15Z',
    ])
    expect(starts({ ...morning, zone: 'Pacific/Chatham' })).toEqual([
      '2026-11-30T19:00Z',
      '2026-11-30T20:00Z',
    ])
  })

  test('busy time blocks only what it covers in a 45-minute zone', () => {
    const busy = [{ startMs: at('2026-06-01T03:15Z'), endMs: at('2026-06-01T04:15Z') }]
    const zone = 'Asia/Kathmandu'
    expect(starts({ zone, range: on('2026-06-01'), weekly: everyDay('08:00', '12:00'), busy })).toEqual([
      '2026-06-01T02:15Z',
      '2026-06-01T04:15Z',
      '2026-06-01T05:15Z',
    ])
  })

  test('a clock that moves by 30 minutes repeats and skips just those (Lord Howe)', () => {
    const halfHours = { zone: 'Australia/Lord_Howe', durationMinutes: 30, spacingMinutes: 30 }
    expect(starts({ ...halfHours, range: on('2026-04-05'), weekly: everyDay('01:00', '02:30') })).toEqual([
      '2026-04-04T14:00Z',
      '2026-04-04T14:30Z',
      '2026-04-04T15:00Z',
      '2026-04-04T15:30Z',
    ])
    expect(starts({ ...halfHours, range: on('2026-10-04'), weekly: everyDay('01:30', '03:00') })).toEqual([
      '2026-10-03T15:00Z',
      '2026-10-03T15:30Z',
    ])
  })
})

describe('when a zone skips a whole day (Apia, 2011-12-30)', () => {
  const apia = { zone: 'Pacific/Apia', weekly: everyDay('09:00', '10:00') }

  test('the missing date offers nothing', () => {
    expect(starts({ ...apia, range: on('2011-12-30') })).toEqual([])
    expect(starts({ ...apia, range: { from: '2011-12-29', to: '2011-12-31' } })).toEqual([
      '2011-12-29T19:00Z',
      '2011-12-30T19:00Z',
    ])
  })

  test('a window into the missing date is cut at its midnight', () => {
    const thursdayNight = [{ day: 4, start: '22:00', end: '06:00', endsNextDay: true }]
    const around = { from: '2011-12-29', to: '2011-12-31' }
    expect(starts({ ...apia, range: around, weekly: thursdayNight })).toEqual([
      '2011-12-30T08:00Z',
      '2011-12-30T09:00Z',
    ])
  })

  test('a window that starts on the missing date still opens its hours after midnight', () => {
    const fridayNight = [{ day: 5, start: '22:00', end: '02:00', endsNextDay: true }]
    const around = { from: '2011-12-29', to: '2011-12-31' }
    expect(starts({ ...apia, range: around, weekly: fridayNight })).toEqual([
      '2011-12-30T10:00Z',
      '2011-12-30T11:00Z',
    ])
  })

  test('a slot may run from the evening before it into the morning after', () => {
    const slots = starts({
      ...apia,
      range: on('2011-12-29'),
      weekly: everyDay('00:00', '24:00'),
      durationMinutes: 180,
    })
    expect(slots.at(-1)).toBe('2011-12-30T09:00Z')
  })
})

describe('windows over midnight', () => {
  // 2026-06-05 is a Friday.
  const fridayNight = { weekly: [{ day: 5, start: '22:00', end: '02:00', endsNextDay: true }] }

  test('belong to the day they start on and are cut by the dates asked for', () => {
    expect(starts({ ...fridayNight, range: on('2026-06-05') })).toEqual([
      '2026-06-05T22:00Z',
      '2026-06-05T23:00Z',
    ])
    expect(starts({ ...fridayNight, range: on('2026-06-06') })).toEqual([
      '2026-06-06T00:00Z',
      '2026-06-06T01:00Z',
    ])
  })

  test('hold slots that cross midnight', () => {
    expect(
      starts({ ...fridayNight, range: on('2026-06-05'), durationMinutes: 150, spacingMinutes: 90 }),
    ).toEqual(['2026-06-05T22:00Z', '2026-06-05T23:30Z'])
  })

  test('an end of 24:00 meets the next day’s 00:00 without a seam', () => {
    const slots = starts({ range: on('2026-06-01'), durationMinutes: 180 })
    expect(slots).toHaveLength(24)
    expect(slots.at(-1)).toBe('2026-06-01T23:00Z')
  })

  test('from Sunday into Monday', () => {
    const weekly = [{ day: 7, start: '23:00', end: '01:00', endsNextDay: true }]
    expect(starts({ weekly, range: { from: '2026-06-07', to: '2026-06-08' } })).toEqual([
      '2026-06-07T23:00Z',
      '2026-06-08T00:00Z',
    ])
  })

  test('may last longer than a day', () => {
    const weekly = [{ day: 1, start: '20:00', end: '24:00', endsNextDay: true }]
    expect(starts({ weekly, range: { from: '2026-05-31', to: '2026-06-05' }, spacingMinutes: 480 })).toEqual([
      '2026-06-01T20:00Z',
      '2026-06-02T04:00Z',
      '2026-06-02T12:00Z',
      '2026-06-02T20:00Z',
    ])
  })
})

describe('at the edges of the calendar', () => {
  test('the last days of the year run into the first of the next', () => {
    const zone = 'Europe/Berlin'
    const weekly = everyDay('23:00', '01:00', true)
    expect(starts({ zone, weekly, range: { from: '2026-12-31', to: '2027-01-01' } })).toEqual([
      '2026-12-30T23:00Z',
      '2026-12-31T22:00Z',
      '2026-12-31T23:00Z',
      '2027-01-01T22:00Z',
    ])
  })

  test('New Year of the earliest and the latest zone are a day apart', () => {
    const noon = { weekly: everyDay('12:00', '13:00'), range: on('2026-12-31') }
    expect(starts({ ...noon, zone: 'Pacific/Kiritimati' })).toEqual(['2026-12-30T22:00Z'])
    expect(starts({ ...noon, zone: 'Pacific/Pago_Pago' })).toEqual(['2026-12-31T23:00Z'])
  })

  test('the last day of a month is offered (Sydney)', () => {
    const zone = 'Australia/Sydney'
    expect(
      starts({ zone, weekly: everyDay('09:00', '10:00'), range: { from: '2026-05-30', to: '2026-06-01' } }),
    ).toEqual(['2026-05-29T23:00Z', '2026-05-30T23:00Z', '2026-05-31T23:00Z'])
  })

  test('the leap day is a day like any other, and only where there is one', () => {
    const tuesdays = [{ day: 2, start: '10:00', end: '11:00' }]
    expect(starts({ weekly: tuesdays, range: { from: '2028-02-28', to: '2028-03-01' } })).toEqual([
      '2028-02-29T10:00Z',
    ])
    expect(starts({ overrides: { '2028-02-29': [] }, range: on('2028-02-29') })).toEqual([])
    expect(listSlots(question({ range: on('2027-02-29') }))).toMatchObject({
      ok: false,
      problem: { path: 'range.from' },
    })
  })
})

describe('open time', () => {
  test('a slot may cross two touching windows, and each window starts its own grid', () => {
    const weekly = [
      { day: 1, start: '09:00', end: '10:30' },
      { day: 1, start: '10:30', end: '12:00' },
    ]
    expect(starts({ weekly })).toEqual(['2026-06-01T09:00Z', '2026-06-01T10:00Z', '2026-06-01T10:30Z'])
  })

  test('a slot may not cross a gap of a minute', () => {
    const weekly = [
      { day: 1, start: '09:00', end: '10:29' },
      { day: 1, start: '10:30', end: '12:00' },
    ]
    expect(starts({ weekly })).toEqual(['2026-06-01T09:00Z', '2026-06-01T10:30Z'])
  })

  test('overlapping windows offer each start once, in order', () => {
    const weekly = [
      { day: 1, start: '09:15', end: '12:00' },
      { day: 1, start: '09:00', end: '11:00' },
      { day: 1, start: '09:00', end: '11:00' },
    ]
    expect(starts({ weekly })).toEqual([
      '2026-06-01T09:00Z',
      '2026-06-01T09:15Z',
      '2026-06-01T10:00Z',
      '2026-06-01T10:15Z',
    ])
  })

  test('the clock grid counts from midnight, not from the window', () => {
    expect(
      starts({ weekly: everyDay('09:10', '11:10'), grid: 'clock', durationMinutes: 20, spacingMinutes: 50 }),
    ).toEqual(['2026-06-01T09:10Z', '2026-06-01T10:00Z', '2026-06-01T10:50Z'])
    expect(starts({ weekly: everyDay('22:00', '02:00', true), grid: 'clock', spacingMinutes: 50 })).toEqual([
      '2026-06-01T00:00Z',
      '2026-06-01T00:50Z',
      '2026-06-01T22:30Z',
      '2026-06-01T23:20Z',
    ])
  })

  test('no windows, no slots', () => {
    expect(starts({ weekly: [] })).toEqual([])
  })
})

describe('overrides', () => {
  const office = { weekly: everyDay('09:00', '11:00'), range: { from: '2026-06-01', to: '2026-06-02' } }

  test('replace the windows of their date, in both directions', () => {
    expect(starts({ ...office, overrides: { '2026-06-01': [{ start: '14:00', end: '15:00' }] } })).toEqual([
      '2026-06-01T14:00Z',
      '2026-06-02T09:00Z',
      '2026-06-02T10:00Z',
    ])
  })

  test('close the day when they are empty', () => {
    expect(starts({ ...office, overrides: { '2026-06-01': [] } })).toEqual([
      '2026-06-02T09:00Z',
      '2026-06-02T10:00Z',
    ])
  })

  test('leave the night of the day before alone, and take their own night with them', () => {
    const nights = {
      weekly: everyDay('22:00', '02:00', true),
      range: { from: '2026-06-02', to: '2026-06-03' },
    }
    expect(starts({ ...nights, overrides: { '2026-06-02': [] } })).toEqual([
      '2026-06-02T00:00Z',
      '2026-06-02T01:00Z',
      '2026-06-03T22:00Z',
      '2026-06-03T23:00Z',
    ])
  })

  test('are dates in the page’s zone, whatever the customer’s', () => {
    const slots = starts({
      zone: 'Asia/Tokyo',
      customerZone: 'America/Los_Angeles',
      range: { from: '2026-05-31', to: '2026-06-01' },
      weekly: everyDay('09:00', '10:00'),
      overrides: { '2026-06-02': [] },
    })
    expect(slots).toEqual(['2026-06-01T00:00Z'])
  })
})

describe('busy time and buffers', () => {
  const morning = { weekly: everyDay('09:00', '13:00') }
  const busy = (start: string, end: string, bufferBeforeMinutes = 0, bufferAfterMinutes = 0) => [
    {
      startMs: at(`2026-06-01T${start}Z`),
      endMs: at(`2026-06-01T${end}Z`),
      bufferBeforeMinutes,
      bufferAfterMinutes,
    },
  ]

  test('a slot may touch busy time on both sides', () => {
    expect(starts({ ...morning, busy: busy('10:00', '11:00') })).toEqual([
      '2026-06-01T09:00Z',
      '2026-06-01T11:00Z',
      '2026-06-01T12:00Z',
    ])
  })

  test('a second of overlap is too much', () => {
    expect(starts({ ...morning, busy: busy('09:59:59', '11:00:01') })).toEqual(['2026-06-01T12:00Z'])
  })

  test('a slot fits exactly between two busy intervals', () => {
    expect(starts({ ...morning, busy: [...busy('08:00', '10:00'), ...busy('11:00', '14:00')] })).toEqual([
      '2026-06-01T10:00Z',
    ])
  })

  test('busy time without length takes nothing', () => {
    expect(starts({ ...morning, busy: busy('10:30', '10:30') })).toHaveLength(4)
  })

  test('the page’s buffers keep their distance, to the minute', () => {
    const buffered = { ...morning, spacingMinutes: 15, bufferBeforeMinutes: 15, bufferAfterMinutes: 30 }
    expect(starts({ ...buffered, busy: busy('11:00', '11:30') })).toEqual([
      '2026-06-01T09:00Z',
      '2026-06-01T09:15Z',
      '2026-06-01T09:30Z',
      '2026-06-01T11:45Z',
      '2026-06-01T12:00Z',
    ])
  })

  test('between two bookings the larger of the two buffers holds, not their sum', () => {
    const page = { ...morning, spacingMinutes: 5, bufferBeforeMinutes: 10, bufferAfterMinutes: 10 }
    const firstAfter = (bufferAfterMinutes: number) =>
      starts({ ...page, busy: busy('09:00', '10:00', 0, bufferAfterMinutes) })[0]
    expect(firstAfter(0)).toBe('2026-06-01T10:10Z')
    expect(firstAfter(10)).toBe('2026-06-01T10:10Z')
    expect(firstAfter(25)).toBe('2026-06-01T10:25Z')

    const lastBefore = (bufferBeforeMinutes: number) =>
      starts({ ...page, busy: busy('12:00', '13:00', bufferBeforeMinutes, 0) }).at(-1)
    expect(lastBefore(0)).toBe('2026-06-01T10:50Z')
    expect(lastBefore(10)).toBe('2026-06-01T10:50Z')
    expect(lastBefore(25)).toBe('2026-06-01T10:35Z')
  })

  test('buffers need not lie in open time', () => {
    expect(starts({ ...morning, bufferBeforeMinutes: 120, bufferAfterMinutes: 120 })).toHaveLength(4)
  })

  test('buffers are elapsed time over a change of clocks', () => {
    const slots = starts({
      zone: 'America/New_York',
      range: on('2026-03-08'),
      weekly: everyDay('03:00', '05:00'),
      spacingMinutes: 30,
      bufferBeforeMinutes: 60,
      // Ends at 01:30 EST: by the wall clock 90 minutes before 03:00, in fact 30.
      busy: [{ startMs: at('2026-03-08T06:00Z'), endMs: at('2026-03-08T06:30Z') }],
    })
    expect(slots).toEqual(['2026-03-08T07:30Z', '2026-03-08T08:00Z'])
  })

  test('the order of busy intervals does not matter, nor that they overlap', () => {
    const several = [
      ...busy('11:00', '12:00'),
      ...busy('09:00', '09:30'),
      ...busy('09:15', '11:30'),
      ...busy('09:20', '09:25'),
    ]
    expect(starts({ ...morning, busy: several })).toEqual(['2026-06-01T12:00Z'])
  })
})

describe('notice and horizon', () => {
  const now = (instant: string) => ({ weekly: everyDay('09:00', '13:00'), nowMs: at(instant) })

  test('a start exactly at the end of the notice is offered, a millisecond later it is not', () => {
    expect(starts({ ...now('2026-06-01T08:00Z'), noticeMinutes: 120 })[0]).toBe('2026-06-01T10:00Z')
    expect(starts({ ...now('2026-06-01T08:00:00.001Z'), noticeMinutes: 120 })[0]).toBe('2026-06-01T11:00Z')
  })

  test('a start exactly on the horizon is offered, a millisecond beyond it is not', () => {
    expect(starts({ ...now('2026-06-01T08:00Z'), horizonMinutes: 180 }).at(-1)).toBe('2026-06-01T11:00Z')
    expect(starts({ ...now('2026-06-01T07:59:59.999Z'), horizonMinutes: 180 }).at(-1)).toBe(
      '2026-06-01T10:00Z',
    )
  })

  test('a start may be now, and past ones are gone', () => {
    expect(starts(now('2026-06-01T10:00Z'))[0]).toBe('2026-06-01T10:00Z')
    expect(starts({ ...now('2026-06-01T10:00Z'), horizonMinutes: 0 })).toEqual(['2026-06-01T10:00Z'])
  })

  test('both are elapsed time over a change of clocks', () => {
    const day = { zone: 'America/New_York', range: on('2026-11-01'), nowMs: at('2026-10-31T16:00Z') } // 12:00 EDT
    expect(starts({ ...day, noticeMinutes: 1440 })[0]).toBe('2026-11-01T16:00Z') // 11:00 EST
    expect(starts({ ...day, horizonMinutes: 1440 }).at(-1)).toBe('2026-11-01T16:00Z')
  })
})

describe('the dates asked for', () => {
  test('are the customer’s, tested on the start', () => {
    const slots = starts({
      zone: 'Asia/Tokyo',
      customerZone: 'America/Los_Angeles',
      range: on('2026-06-01'),
      weekly: everyDay('14:00', '18:00'),
      durationMinutes: 60,
    })
    // Los Angeles has 1 June from 07:00Z on; Tokyo closes at 09:00Z.
    expect(slots).toEqual([
      '2026-06-01T07:00Z',
      '2026-06-01T08:00Z',
      '2026-06-02T05:00Z',
      '2026-06-02T06:00Z',
    ])
  })
})

describe('questions that make no sense', () => {
  const problemOf = (changes: object) => {
    const slots = listSlots(question(changes))
    return slots.ok ? undefined : slots.problem.path
  }

  test('are refused, and the member is named', () => {
    expect(problemOf({ zone: 'Mars/Olympus' })).toBe('zone')
    expect(problemOf({ zone: '+02:00' })).toBe('zone')
    expect(problemOf({ customerZone: '' })).toBe('customerZone')
    expect(problemOf({ durationMinutes: 0 })).toBe('durationMinutes')
    expect(problemOf({ spacingMinutes: 0 })).toBe('spacingMinutes')
    expect(problemOf({ spacingMinutes: -5 })).toBe('spacingMinutes')
    expect(problemOf({ spacingMinutes: 0.001 })).toBe('spacingMinutes')
    expect(problemOf({ bufferBeforeMinutes: -1 })).toBe('bufferBeforeMinutes')
    expect(problemOf({ noticeMinutes: Number.NaN })).toBe('noticeMinutes')
    expect(problemOf({ horizonMinutes: -1 })).toBe('horizonMinutes')
    expect(problemOf({ grid: 'hourly' })).toBe('grid')
    expect(problemOf({ nowMs: Number.NaN })).toBe('nowMs')
    expect(problemOf({ range: { from: '2026-06-02', to: '2026-06-01' } })).toBe('range.to')
    expect(problemOf({ range: { from: '2026-01-01', to: '2126-01-01' } })).toBe('range')
    expect(problemOf({ weekly: [{ day: 0, start: '09:00', end: '10:00' }] })).toBe('weekly[0].day')
    expect(problemOf({ weekly: [{ day: 1, start: '24:00', end: '24:00' }] })).toBe('weekly[0].start')
    expect(problemOf({ weekly: [{ day: 1, start: '10:00', end: '10:00' }] })).toBe('weekly[0].end')
    expect(problemOf({ overrides: { '2026-02-30': [] } })).toBe('overrides["2026-02-30"]')
    expect(problemOf({ overrides: { '2026-06-01': [{ start: '9:00', end: '10:00' }] } })).toBe(
      'overrides["2026-06-01"][0].start',
    )
    expect(problemOf({ busy: [{ startMs: 2, endMs: 1 }] })).toBe('busy[0].end')
    expect(problemOf({ busy: [{ startMs: 1, endMs: 2, bufferAfterMinutes: -1 }] })).toBe(
      'busy[0].bufferAfterMinutes',
    )
  })

  test('a flood of starting times is refused instead of computed', () => {
    const minutely = Array.from({ length: 100 }, (_, index) =>
      everyDay(`00:${String(index % 60).padStart(2, '0')}`, '24:00'),
    )
    const flood = question({
      weekly: minutely.flat(),
      range: { from: '2026-01-01', to: '2027-01-31' },
      spacingMinutes: 1,
      durationMinutes: 1,
    })
    expect(listSlots(flood)).toMatchObject({ ok: false, problem: { path: 'spacingMinutes' } })
  })

  test('10,000 overrides, a far horizon and a page that never opens are answered', () => {
    const overrides = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [
        Temporal.PlainDate.from('2020-01-01').add({ days: index }).toString(),
        [],
      ]),
    )
    const range = { from: '2026-01-01', to: '2027-01-31' }
    expect(starts({ overrides, range, horizonMinutes: 100 * 366 * 1440 })).toEqual([])
    expect(starts({ range, weekly: everyDay('09:00', '10:00'), durationMinutes: 44_640 })).toEqual([])
  })
})

describe('against a walk over every minute', () => {
  const cases = 300
  // Not those of `bench/proof-slots.ts`, which runs 20,000 others from seed 1 on.
  const firstSeed = 1_000_000

  test(`${cases} random questions over all zones are answered alike`, { timeout: 60_000 }, () => {
    const seedsThatDiffer: number[] = []
    for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
      const asked = randomQuestion(seed)
      const listed = listSlots(asked)
      if (!listed.ok || listed.value.join() !== walkSlots(asked).join()) seedsThatDiffer.push(seed)
    }
    expect(seedsThatDiffer, 'seeds for randomQuestion() whose answers differ').toEqual([])
  })

  test('the random questions know the older zone names too', () => {
    expect(everyZone().length).toBeGreaterThan(550)
    expect(everyZone()).toContain('Asia/Calcutta')
  })

  test('what is listed is exactly what is bookable, with and without the dates', { timeout: 60_000 }, () => {
    const seedsThatDiffer: number[] = []
    for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
      const asked = randomQuestion(seed)
      const listed = listSlots(asked)
      const offered = new Set(listed.ok ? listed.value : [])
      const { range, ...rules } = asked
      const noon = Date.parse(`${range.from}T12:00Z`)
      // Steps of 35 minutes meet every minute of the hour's fives over the day and a half around it.
      const probes = [...Array(80).keys()].map((step) => noon + (step - 40) * 35 * 60_000)
      for (const startMs of [...offered].slice(0, 60)) probes.push(startMs, startMs + 1, startMs - 60_000)
      const agrees = probes.every(
        (startMs) =>
          isBookable(asked, startMs) === offered.has(startMs) &&
          (!offered.has(startMs) || isBookable(rules, startMs)),
      )
      if (!listed.ok || !agrees) seedsThatDiffer.push(seed)
    }
    expect(seedsThatDiffer, 'seeds for randomQuestion() that disagree').toEqual([])
  })
})
