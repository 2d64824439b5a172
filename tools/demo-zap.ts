/** Builds and turns on a Zap in the sandbox by its own forms, as a person would: new bookings to a CSV file. */
export async function turnOnDemoZap(
  sandboxUrl: string,
  credentials: { apiKey: string; loginId: string },
): Promise<void> {
  const post = async (address: string, form: Record<string, string> | [string, string][]) => {
    const answer = await fetch(new URL(address, sandboxUrl), {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: sandboxUrl, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(form),
    })
    const location = answer.headers.get('location')
    if (!location) throw new Error(`The Zap sandbox answered ${answer.status} to ${address}`)
    return location
  }
  await post('/connections', { 'field.api_key': credentials.apiKey, 'field.login_id': credentials.loginId })
  const editor = await (
    await fetch(new URL('/zaps/new?trigger=booking_scheduled&action=csv', sandboxUrl))
  ).text()
  const fieldValue = (name: string) =>
    new RegExp(`name="${name}" (?:id="[^"]*" )?value="([^"]*)"`).exec(editor)?.[1] ?? ''
  const connection =
    /<option value="([^"]+)"[^>]*selected[^>]*>/.exec(
      editor.slice(editor.indexOf('name="connection"')),
    )?.[1] ?? ''
  const columns: [string, string][] = [
    ['Customer', '{{customer_name}}'],
    ['Email', '{{customer_email}}'],
    ['Starts at', '{{booking_starts_at_owner_zone}}'],
    ['Event type', '{{event_type_name}}'],
    ['Booking', '{{booking_id}}'],
  ]
  await post('/zaps', [
    ['draft', fieldValue('draft')],
    ['trigger', 'booking_scheduled'],
    ['action', 'csv'],
    ['name', 'New bookings to a spreadsheet'],
    ['connection', connection],
    ['csv_file', 'bookings.csv'],
    ...columns.flatMap(([name, value]): [string, string][] => [
      ['map_name', name],
      ['map_value', value],
    ]),
    ['do', 'turn-on'],
  ])
}
