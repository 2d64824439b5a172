import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useState } from 'react'
import { useHydrated } from './use-hydrated.ts'

/** A password with an eye that shows it. The eye waits for scripts, which it needs. */
export function PasswordField(props: PasswordInputProps) {
  const hydrated = useHydrated()
  const [shown, setShown] = useState(false)
  return (
    <PasswordInput
      {...props}
      visible={shown}
      onVisibilityChange={setShown}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{
        'aria-label': shown ? 'Hide password' : 'Show password',
        'aria-hidden': undefined,
        style: hydrated ? undefined : { visibility: 'hidden' },
      }}
      autoCapitalize="none"
      spellCheck={false}
    />
  )
}
