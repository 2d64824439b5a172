export {
  type AccountBooking,
  type BookingFilter,
  listAccountBookings,
  type Place,
} from './account-booking-repository.ts'
