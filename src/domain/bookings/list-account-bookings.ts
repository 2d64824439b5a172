export { type AccountBooking, type BookingFilter, listAccountBookings } from './account-booking-repository.ts'
