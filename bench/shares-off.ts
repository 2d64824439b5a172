// The control of `isolation`: loaded before the program, a worker may send to any number of one account's subscriptions at a time.
import { leaseLimits } from '#domain/webhooks/lease.ts'

leaseLimits.perAccount = 1_000_000
