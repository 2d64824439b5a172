import type { ColumnType, Generated } from 'kysely'
import type {
  AccountId,
  ApiKeyId,
  BookingId,
  BookingPageId,
  CalendarId,
  ContactId,
  DeliveryId,
  EventTypeId,
  Id,
  LifecycleEventId,
  SubscriptionId,
  TeamId,
  UserId,
  ZapierKeyId,
} from '#kit/ids.ts'
import type { Instant } from '#kit/time.ts'

/** timestamptz: read as an Instant, written as ISO 8601 text. */
type Moment = ColumnType<Instant, string, string>
type MomentOrNull = ColumnType<Instant | null, string | null | undefined, string | null>
/** jsonb: read as a value, written as JSON text (an array handed to pg would become a PostgreSQL array). */
type Json<T> = ColumnType<T, string, string>
type GeneratedJson<T> = ColumnType<T, string | undefined, string>
type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>

/** What the migrations make, as Kysely sees it. `tables.test.ts` compares both. */
export interface Tables {
  installation: { one: Generated<boolean>; secret_check: string; created_at: Generated<Instant> }
  accounts: { account_id: AccountId; name: string; created_at: Moment }
  users: {
    account_id: AccountId
    id: UserId
    login_id: string
    login_id_verified: Generated<boolean>
    name: string
    image: string | null
    role: 'administrator' | 'member'
    zone: string
    triggers_all_pages: Generated<boolean>
    created_at: Moment
    updated_at: Moment
    hours: GeneratedJson<Hours>
    joined_at: MomentOrNull
    deleted_at: MomentOrNull
    last_name: string | null
  }
  user_links: {
    account_id: AccountId
    user_id: UserId
    purpose: 'invitation' | 'password-reset'
    token_hash: Buffer
    expires_at: Moment
    created_at: Moment
  }
  api_keys: {
    account_id: AccountId
    id: ApiKeyId
    name: string
    public_part: string
    secret_hash: Buffer
    scope: ApiScope
    created_by: UserId | null
    created_at: Moment
    last_used_at: MomentOrNull
    last_used_from: string | null
    ended_at: MomentOrNull
  }
  teams: { account_id: AccountId; id: TeamId; name: string; created_at: Moment }
  team_members: { account_id: AccountId; team_id: TeamId; user_id: UserId }
  one_time_links: {
    account_id: AccountId
    code: string
    booking_page_id: BookingPageId
    event_type_id: EventTypeId | null
    prefill: GeneratedJson<Record<string, string>>
    created_at: Moment
    expires_at: Moment
    used_by_booking_id: BookingId | null
    utm_params: JsonOrNull<UtmParams>
  }
  attempt_counts: { key: string; count: number; until: Moment }
  sign_in_passwords: {
    account_id: AccountId
    id: Id<'password'>
    user_id: UserId
    provider: string
    provider_user_id: string
    password_hash: string | null
    access_token: string | null
    refresh_token: string | null
    id_token: string | null
    scope: string | null
    access_token_expires_at: MomentOrNull
    refresh_token_expires_at: MomentOrNull
    created_at: Moment
    updated_at: Moment
  }
  sessions: {
    account_id: AccountId
    id: Id<'session'>
    user_id: UserId
    token_hash: string
    expires_at: Moment
    ip_address: string | null
    user_agent: string | null
    created_at: Moment
    updated_at: Moment
  }
  sign_in_verifications: {
    id: string
    identifier: string
    value: string
    expires_at: Moment
    created_at: Moment
    updated_at: Moment
  }
  sign_in_limits: { id: string; key: string; count: number; last_request: number }
  event_types: {
    account_id: AccountId
    id: EventTypeId
    name: string
    slug: string
    description: Generated<string>
    duration_minutes: number
    position: number
    created_at: Moment
    price: Generated<string>
    currency: Generated<string>
    category_id: Id<'category'> | null
    scheduling: JsonOrNull<EventTypeScheduling>
    deleted_at: MomentOrNull
  }
  categories: {
    account_id: AccountId
    id: Id<'category'>
    kind: 'booking-page' | 'event-type'
    name: string
    shown_to_customers: boolean
    created_at: Moment
  }
  booking_forms: {
    account_id: AccountId
    id: Id<'booking-form'>
    name: string
    fields: Json<FormField[]>
    created_at: Moment
  }
  booking_pages: {
    account_id: AccountId
    id: BookingPageId
    owner_id: UserId
    public_name: string
    internal_label: string
    welcome_message: Generated<string>
    zone: string
    accepts_bookings: Generated<boolean>
    availability: Json<PageAvailability>
    created_at: Moment
    uses_owner_hours: Generated<boolean>
    converts_zone: Generated<boolean>
    location: GeneratedJson<PageLocation>
    scheduling: GeneratedJson<PageScheduling>
    category_id: Id<'category'> | null
    image_hash: string | null
    deleted_at: MomentOrNull
  }
  booking_page_images: {
    account_id: AccountId
    booking_page_id: BookingPageId
    media_type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'
    bytes: Buffer
  }
  booking_page_editors: { account_id: AccountId; booking_page_id: BookingPageId; user_id: UserId }
  public_links: {
    slug: string
    account_id: AccountId
    booking_page_id: BookingPageId
    retired_at: MomentOrNull
  }
  booking_page_event_types: {
    account_id: AccountId
    booking_page_id: BookingPageId
    event_type_id: EventTypeId
    calendar_id: ColumnType<CalendarId, never, never>
  }
  contacts: {
    account_id: AccountId
    id: ContactId
    email: string
    name: string
    company: string
    phone: string
    zone: string
    created_at: Moment
    updated_at: Moment
    sequence: Generated<number>
    changed_fields: Generated<string[]>
    mobile_phone: Generated<string>
    details: GeneratedJson<ContactDetails>
    last_interacted_at: MomentOrNull
    deleted_at: MomentOrNull
  }
  bookings: {
    account_id: AccountId
    id: BookingId
    booking_page_id: BookingPageId
    event_type_id: EventTypeId
    owner_id: UserId
    contact_id: ContactId
    status: 'requested' | 'scheduled' | 'rescheduled' | 'completed' | 'no_show' | 'canceled'
    sequence: number
    starts_at: Moment
    ends_at: Moment
    local_start: string
    zone: string
    tz_version: string
    buffer_before_minutes: number
    buffer_after_minutes: number
    customer_name: string
    customer_email: string
    customer_company: string
    customer_phone: string
    customer_note: string
    customer_zone: string
    created_at: Moment
    updated_at: Moment
    mode: Generated<'automatic' | 'approval'>
    detail: Generated<StatusDetail>
    reason: Generated<string>
    subject: Generated<string>
    physical_location: Generated<string>
    virtual_location: Generated<string>
    policy: GeneratedJson<ChangePolicy>
    answers: GeneratedJson<FormAnswer[]>
    suggested_starts: GeneratedJson<string[]>
    reschedules_id: BookingId | null
    rebook: 'same' | 'any' | null
    utm_params: JsonOrNull<UtmParams>
  }
  lifecycle_events: {
    account_id: AccountId
    id: LifecycleEventId
    booking_id: BookingId | null
    booking_page_id: BookingPageId
    owner_id: UserId
    event_type_id: EventTypeId
    type: LifecycleEventType
    sequence: number
    actor: 'customer' | 'user' | 'system'
    actor_user_id: UserId | null
    occurred_at: Moment
    data: Json<unknown>
    contact_id: ContactId | null
  }
  unplanned_events: { account_id: AccountId; event_id: LifecycleEventId; recorded_at: Generated<Instant> }
  zapier_keys: {
    account_id: AccountId
    id: ZapierKeyId
    user_id: UserId
    public_part: string
    secret_hash: Buffer
    sealed_key: Buffer
    created_at: Moment
    connected_at: MomentOrNull
    last_used_at: MomentOrNull
    ended_at: MomentOrNull
    ended_by: 'revoked' | 'regenerated' | null
    grace_until: MomentOrNull
    connected_from: string | null
    last_used_from: string | null
    last_used_by: string | null
    refused_at: MomentOrNull
    refused_from: string | null
  }
  subscriptions: {
    account_id: AccountId
    id: SubscriptionId
    user_id: UserId | null
    key_id: ZapierKeyId | null
    trigger: Trigger | null
    target_url: string
    booking_page_id: BookingPageId | null
    event_type_id: EventTypeId | null
    state: 'on' | 'needs_reconnect' | 'paused' | 'ended'
    ended_reason: string | null
    ended_at: MomentOrNull
    created_at: Moment
    next_due_at: MomentOrNull
    leased_until: MomentOrNull
    last_delivery_at: MomentOrNull
    last_delivery_ok: boolean | null
    last_delivery_words: string | null
    secret: Buffer | null
    former_secret: Buffer | null
    former_secret_until: MomentOrNull
    failing_since: MomentOrNull
    failed_tries: Generated<number>
    told: Generated<number>
    paused_for: 'user' | 'failing' | null
    name: string | null
    events: string[] | null
  }
  deliveries: {
    account_id: AccountId
    id: DeliveryId
    subscription_id: SubscriptionId
    event_id: LifecycleEventId | null
    subject_id: BookingId | ContactId
    sequence: number
    state: 'pending' | 'delivered' | 'given_up' | 'held' | 'dropped'
    attempts: Generated<number>
    due_at: Moment
    closed_at: MomentOrNull
    reason: string | null
    created_at: Moment
    custom_fields: GeneratedJson<CustomField[]>
  }
  delivery_attempts: {
    account_id: AccountId
    delivery_id: DeliveryId
    number: number
    started_at: Moment
    duration_ms: number
    outcome: string
    status: number | null
    words: string
    response_head: string | null
  }
  farewells: {
    account_id: AccountId
    subscription_id: SubscriptionId
    target_url: string
    attempts: Generated<number>
    due_at: Moment
  }
  outgoing_mails: {
    account_id: AccountId
    id: Id<'mail'>
    event_id: LifecycleEventId | null
    kind: string
    to_name: string
    to_address: string
    reply_to: Generated<string>
    subject: string
    html: string
    text: string
    calendar: string | null
    calendar_method: 'REQUEST' | 'CANCEL' | null
    state: 'pending' | 'sent' | 'kept' | 'given_up'
    attempts: Generated<number>
    due_at: Moment
    last_error: string | null
    created_at: Moment
    closed_at: MomentOrNull
  }
  idempotency_records: {
    account_id: AccountId
    verb: string
    key_hash: Buffer
    request_hash: Buffer
    /** One of it and `answer` is there. */
    booking_id: BookingId | null
    created_at: Moment
    answer: Buffer | null
  }
  audit_entries: {
    account_id: AccountId
    id: Id<'audit-entry'>
    actor_user_id: UserId | null
    action: string
    subject: string
    details: Json<Record<string, string | number | boolean | null>>
    at: Moment
  }
}

/** Where a customer came from; at least one is not null. */
export type UtmParams = Record<'source' | 'medium' | 'campaign' | 'term' | 'content', string | null>

/** What an API key may do: everything, only read, or only see to webhooks. */
export type ApiScope = 'all' | 'read' | 'webhooks'

/** What the API stores of a contact beyond what bookings ask. What is not known is not there. */
export interface ContactDetails {
  /** As the API was given them; together they are the contact's name. */
  firstName?: string
  lastName?: string
  ownerId?: UserId
  status?: 'Qualified' | 'Sales qualified' | 'Marketing qualified' | 'Disqualified'
  salutation?: string
  jobTitle?: string
  companySize?: string
  streetAddress?: string
  city?: string
  state?: string
  postCode?: string
  country?: string
  employees?: number
  hasConsent?: boolean
  termsOfService?: boolean
  customFields?: { name: string; value: unknown }[]
}

/** Windows on a wall clock, by week and by date. */
export interface Hours {
  /** Monday = 1. An end may be "24:00", or lie on the next day. */
  weekly: (HoursWindow & { day: number })[]
  /** By local date; replaces the windows that start on that date, an empty list closes the day. */
  overrides: Record<string, HoursWindow[]>
}

export interface HoursWindow {
  start: string
  end: string
  endsNextDay?: boolean
  /** Where one meets in this time, as the REST API was told it (api-contract 10.9). It is kept and told, and decides nothing. */
  locations?: HoursLocation[]
}

export interface HoursLocation {
  type:
    | 'in_person_by_host'
    | 'in_person_by_guest'
    | 'online_dynamic_link'
    | 'online_static_link'
    | 'phone_by_guest'
  /** Conferencing provider or address on the web. */
  value?: string
  /** The page whose place it is. */
  pageId?: BookingPageId
}

/** How slots are cut from open time, and how many there may be (product.md 4.10). */
export interface SlotSettings {
  spacingMinutes: number
  grid: 'window' | 'clock'
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
  noticeMinutes: number
  /** Null: no limit by time. */
  horizonMinutes: number | null
  /** Only the first so many days that have a free slot are offered. Null: all. */
  firstDays: number | null
  /** The day or week (from Monday, in the page's zone) closes at so many bookings of the page. Null: no cap. */
  bookingsPerDay: number | null
  bookingsPerWeek: number | null
  /** So many slots a day are offered, spread over the day. Null: all. */
  slotsPerDay: number | null
}

/** The availability of one booking page as stored: its windows in the page's zone, and the rules of its slots. */
export type PageAvailability = Hours & SlotSettings

/** Until when customers may act: any time before the start, never, or up to so many minutes before it. */
export type ChangeLimit = 'any' | 'never' | number

/** What customers may do with their booking. A booking keeps the policy it was made under (product.md 4.15). */
export interface ChangePolicy {
  cancel: ChangeLimit
  reschedule: ChangeLimit
  reason: 'mandatory' | 'optional' | 'none'
  /** Shown in place of the sentence made from the limits, when not empty. */
  text: string
}

/** Where one meets: who provides it, what the field is called, and whether customers see it before they book. */
export interface PageLocation {
  kind: 'none' | 'virtual-by-owner' | 'virtual-by-customer' | 'physical-by-owner' | 'physical-by-customer'
  header: string
  text: string
  announced: boolean
}

export interface PageScheduling {
  mode: 'automatic' | 'approval'
  /** With approval: so many times the customer suggests. */
  suggestedTimes: number
  policy: ChangePolicy
  /** Null: the default form (company, phone, note). */
  formId: Id<'booking-form'> | null
}

/** An event type's own options, in place of the page's. */
export type EventTypeScheduling = PageScheduling & { slots: SlotSettings }

/** A question of a booking form, beside name and e-mail, which every form has. */
export interface FormField {
  /** Fixed, unique in its form, at most 20 of a-z, 0-9 and hyphens; `company`, `phone` and `note` are the system's. */
  name: string
  kind: 'single-line' | 'multi-line' | 'dropdown' | 'checkbox'
  title: string
  subtext: string
  required: boolean
  /** Filled by the address only. */
  hidden: boolean
  /** Of a dropdown or checkbox. */
  options: string[]
}

/** An answer to a custom field; several checked options are joined by comma and space. */
export interface FormAnswer {
  name: string
  title: string
  value: string
}

/** Who brought a booking into its status, and how (product.md 3.1, "Detailed status"). */
export type StatusDetail =
  | 'by_customer'
  | 'by_user'
  | 'by_system'
  | 'reschedule_requested'
  | 'new_times_requested'
  | 'new_times_sent'
  | 'rescheduled_elsewhere'
  | 'reassigned'

/** Everything that can happen to a booking. A new one is a line here; the typechecker names what else is missing. */
export type BookingEventType =
  | 'booking.requested'
  | 'booking.request_canceled'
  | 'booking.scheduled'
  | 'booking.rescheduled'
  | 'booking.canceled'
  | 'booking.canceled_then_rescheduled'
  | 'booking.canceled_reschedule_requested'
  | 'booking.reassigned'
  | 'booking.completed'
  | 'booking.no_show'

/** Everything that can happen to a contact. */
export type ContactEventType = 'contact.captured' | 'contact.updated'

export type LifecycleEventType = BookingEventType | ContactEventType

/** What a Zap can start from. */
export type Trigger =
  | 'booking_scheduled'
  | 'booking_rescheduled'
  | 'booking_canceled'
  | 'booking_canceled_rescheduled'
  | 'booking_completed'
  | 'booking_no_show'
  | 'booking_lifecycle'
  | 'contact_captured'
  | 'contact_updated'
  | 'contact_lifecycle'

/** A custom field of some booking form of the account: its fixed name, and what customers read above it. */
export interface CustomField {
  name: string
  title: string
}
