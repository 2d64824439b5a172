import type { BusyInterval, OpenWindow, SlotQuestion, WeeklyWindow } from './availability.ts'

/**
 * Random questions, the same for the same seed, leaning to where things break: days on which a clock changes, ends of
 * years, leap days, windows over midnight or touching, notice and busy time that end exactly on a start.
 *
 * Years 1975 to 2060: every zone's offset is whole minutes then, which the walking oracle needs.
 */
export function randomQuestion(seed: number, zones: readonly string[] = everyZone()): SlotQuestion {
  const random = dice(seed)
  const zone = random.pick(zones)
  const customerZone = random.chance(0.4) ? zone : random.pick(zones)
  const from = randomDate(random, random.chance(0.7) ? zone : customerZone)
  const range = { from: from.toString(), to: from.add({ days: random.pick([0, 0, 0, 1, 1, 2]) }).toString() }
  const dates = [-1, 0, 1, 2].map((days) => from.add({ days }))
  const noon = Date.parse(`${range.from}T12:00Z`)
  const durationMinutes = random.pick([
    5,
    10,
    15,
    20,
    30,
    30,
    45,
    60,
    60,
    90,
    120,
    180,
    480,
    random.upTo(1600) + 1,
  ])

  return {
    zone,
    customerZone,
    ...randomNow(random, noon),
    range,
    weekly: randomWeekly(random, dates),
    overrides: randomOverrides(random, dates),
    durationMinutes,
    spacingMinutes: random.pick([5, 10, 15, 15, 20, 30, 30, 45, 60, 60, 90, 120, random.upTo(300) + 1]),
    grid: random.pick(['window', 'clock']),
    bufferBeforeMinutes: random.pick([0, 0, 0, 5, 10, 15, 30, random.upTo(120)]),
    bufferAfterMinutes: random.pick([0, 0, 0, 5, 10, 15, 30, random.upTo(120)]),
    busy: randomBusy(random, noon),
  }
}

/** Every zone name the runtime offers, and the older names that people's settings still hold. */
export function everyZone(): readonly string[] {
  zoneNames ??= [...new Set([...Intl.supportedValuesOf('timeZone'), ...olderNames.filter(isKnown)])].sort()
  return zoneNames
}

let zoneNames: string[] | undefined

function isKnown(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}

type Dice = ReturnType<typeof dice>

/** Numbers that look random and depend on the seed alone (mulberry32). */
function dice(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const upTo = (bound: number) => Math.floor(next() * bound)
  return {
    upTo,
    chance: (share: number) => next() < share,
    pick: <Item>(items: readonly Item[]): Item => items[upTo(items.length)] as Item,
  }
}

function randomDate(random: Dice, zone: string): Temporal.PlainDate {
  const someDay = Temporal.PlainDate.from('1975-01-01').add({ days: random.upTo(85 * 365) })
  if (random.chance(0.6)) {
    const change = someDay.toZonedDateTime(zone).getTimeZoneTransition(random.pick(['next', 'previous']))
    if (change && change.year >= 1975 && change.year <= 2060) {
      return change.toPlainDate().add({ days: random.pick([-2, -1, -1, 0, 0]) })
    }
  }
  if (random.chance(0.2))
    return Temporal.PlainDate.from(`${someDay.year}-12-30`).add({ days: random.upTo(3) })
  if (random.chance(0.2)) return Temporal.PlainDate.from(`${1976 + 4 * random.upTo(21)}-02-28`)
  return someDay
}

function randomNow(random: Dice, noon: number) {
  const minute = 60_000
  const nowMs =
    noon -
    random.upTo(random.pick([30, 30, 60, 400])) * 60 * minute +
    random.pick([0, 0, 0, 1, -1, 29 * minute, 12_345])
  return {
    nowMs,
    noticeMinutes: random.pick([0, 0, 60, 240, 240, 1440, random.upTo(3000)]),
    horizonMinutes: random.pick([null, null, null, 1440, 2880, 14_400, random.upTo(6000)]),
  }
}

function randomWeekly(random: Dice, dates: readonly Temporal.PlainDate[]): WeeklyWindow[] {
  const weekly: WeeklyWindow[] = []
  for (const date of dates) {
    if (random.chance(0.15)) continue
    for (const window of randomWindows(random)) weekly.push({ day: date.dayOfWeek, ...window })
  }
  if (random.chance(0.2)) weekly.push({ day: random.upTo(7) + 1, ...randomWindow(random) })
  return weekly
}

function randomOverrides(random: Dice, dates: readonly Temporal.PlainDate[]): Record<string, OpenWindow[]> {
  const overrides: Record<string, OpenWindow[]> = {}
  for (const date of dates) {
    if (random.chance(0.12)) overrides[date.toString()] = random.chance(0.3) ? [] : randomWindows(random)
  }
  return overrides
}

function randomWindows(random: Dice): OpenWindow[] {
  const first = randomWindow(random)
  if (random.chance(0.6) || first.endsNextDay || first.end === '24:00') return [first]
  if (random.chance(0.5)) return [first, randomWindow(random)]
  const touching = { start: first.end, end: '24:00' }
  return random.chance(0.5) ? [first, touching] : [touching, first]
}

function randomWindow(random: Dice): OpenWindow {
  if (random.chance(0.15)) return { start: '00:00', end: '24:00' }
  // Clocks change at night: half of the windows begin there.
  const step = random.pick([1, 5, 15, 30, 60])
  const start = random.upTo((random.chance(0.5) ? 240 : 1440) / step) * step
  if (random.chance(0.2)) {
    return { start: timeOf(start), end: timeOf(random.upTo(1440 / step + 1) * step), endsNextDay: true }
  }
  const end = Math.min(1440, start + step * (1 + random.upTo(random.pick([120, 700]) / step)))
  return { start: timeOf(start), end: timeOf(end) }
}

function randomBusy(random: Dice, noon: number): BusyInterval[] {
  return Array.from({ length: random.pick([0, 0, 1, 2, 4, 8]) }, () => {
    const step = random.pick([60_000, 5 * 60_000, 15 * 60_000, 30 * 60_000])
    const odd = random.chance(0.1) ? random.upTo(60_000) : 0
    const startMs = noon + random.upTo((60 * 60 * 60_000) / step) * step - 24 * 60 * 60_000 + odd
    const endMs = startMs + random.upTo((4 * 60 * 60_000) / step) * step
    if (random.chance(0.5)) return { startMs, endMs }
    return {
      startMs,
      endMs,
      bufferBeforeMinutes: random.pick([0, 5, 15, 30, random.upTo(90)]),
      bufferAfterMinutes: random.pick([0, 5, 15, 30, random.upTo(90)]),
    }
  })
}

const timeOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Links of the tz database, which `Intl.supportedValuesOf` leaves out. */
const olderNames = `
  Africa/Asmara Africa/Timbuktu America/Argentina/Buenos_Aires America/Argentina/Catamarca
  America/Argentina/ComodRivadavia America/Argentina/Cordoba America/Argentina/Jujuy
  America/Argentina/Mendoza America/Atikokan America/Atka America/Ensenada America/Fort_Wayne
  America/Indiana/Indianapolis America/Kentucky/Louisville America/Knox_IN America/Montreal
  America/Nipigon America/Nuuk America/Pangnirtung America/Porto_Acre America/Rainy_River
  America/Rosario America/Santa_Isabel America/Shiprock America/Thunder_Bay America/Virgin
  America/Yellowknife Antarctica/South_Pole Asia/Ashkhabad Asia/Choibalsan Asia/Chongqing
  Asia/Chungking Asia/Dacca Asia/Harbin Asia/Ho_Chi_Minh Asia/Istanbul Asia/Kashgar Asia/Kathmandu
  Asia/Kolkata Asia/Macao Asia/Tel_Aviv Asia/Thimbu Asia/Ujung_Pandang Asia/Ulan_Bator Asia/Yangon
  Atlantic/Faroe Atlantic/Jan_Mayen Australia/ACT Australia/Canberra Australia/Currie Australia/LHI
  Australia/NSW Australia/North Australia/Queensland Australia/South Australia/Tasmania
  Australia/Victoria Australia/West Australia/Yancowinna Brazil/Acre Brazil/DeNoronha Brazil/East
  Brazil/West CET CST6CDT Canada/Atlantic Canada/Central Canada/Eastern Canada/Mountain
  Canada/Newfoundland Canada/Pacific Canada/Saskatchewan Canada/Yukon Chile/Continental
  Chile/EasterIsland Cuba EET EST EST5EDT Egypt Eire Etc/GMT Etc/GMT+0 Etc/GMT+1 Etc/GMT+10 Etc/GMT+11
  Etc/GMT+12 Etc/GMT+2 Etc/GMT+3 Etc/GMT+4 Etc/GMT+5 Etc/GMT+6 Etc/GMT+7 Etc/GMT+8 Etc/GMT+9 Etc/GMT-0
  Etc/GMT-1 Etc/GMT-10 Etc/GMT-11 Etc/GMT-12 Etc/GMT-13 Etc/GMT-14 Etc/GMT-2 Etc/GMT-3 Etc/GMT-4
  Etc/GMT-5 Etc/GMT-6 Etc/GMT-7 Etc/GMT-8 Etc/GMT-9 Etc/GMT0 Etc/Greenwich Etc/UCT Etc/UTC
  Etc/Universal Etc/Zulu Europe/Belfast Europe/Kyiv Europe/Nicosia Europe/Tiraspol Europe/Uzhgorod
  Europe/Zaporozhye GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran Israel Jamaica
  Japan Kwajalein Libya MET MST MST7MDT Mexico/BajaNorte Mexico/BajaSur Mexico/General NZ NZ-CHAT
  Navajo PRC PST8PDT Pacific/Chuuk Pacific/Johnston Pacific/Kanton Pacific/Pohnpei Pacific/Samoa
  Pacific/Yap Poland Portugal ROC ROK Singapore Turkey UCT US/Alaska US/Aleutian US/Arizona US/Central
  US/East-Indiana US/Eastern US/Hawaii US/Indiana-Starke US/Michigan US/Mountain US/Pacific US/Samoa
  UTC Universal W-SU WET Zulu
`
  .trim()
  .split(/\s+/)
