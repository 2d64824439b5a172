import { expect, test } from 'vitest'
import type { EventType } from '#domain/booking-pages/booking-page.ts'
import { openHouse } from '../../../tests/house.ts'
import { tryAgreement } from './agreement.test-support.ts'

test('what is offered is what can be booked, under random settings (full size: npm run proof -- agreement)', async () => {
  const house = await openHouse()
  const { page, eventTypes } = await house.anAccount()
  let booked = 0
  let refused = 0
  for (let seed = 1; seed <= 60; seed++) {
    const tried = await tryAgreement(
      {
        deps: house,
        setNow: (now) => house.setNow(now.toString()),
        sql: house.sql,
        page,
        eventType: eventTypes[1] as EventType,
      },
      seed,
    )
    expect(tried.differences).toEqual([])
    booked += tried.booked
    refused += tried.refused
  }
  expect(booked).toBeGreaterThan(20)
  expect(refused).toBeGreaterThan(20)
})
