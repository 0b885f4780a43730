// Where nobody is signed in.
import { element } from '../element.js'
import { errorNotice } from '../error-notice.js'
import type { PageContent } from '../page.js'
import { endpoint, type SignIn, signIns } from '../settings.js'

const ways: Record<SignIn, { label: string; says: string }> = {
  pkce: {
    label: 'Sign in with a token',
    says: 'This page gets a token of its own (PKCE). It stays in this tab and goes when you sign out.',
  },
  'admin-session': {
    label: "Sign in with Flyte's session",
    says: 'You share the session of the Flyte console, in cookies that no page can read.',
  },
}

/** Offers the ways to sign in, and says why the last one did not work. */
export function signInPage(signIn: (way: SignIn) => void, note?: string, error?: unknown): PageContent {
  return {
    title: 'Sign in to Flyte',
    content: [
      element(
        'div',
        { class: 'sign-in' },
        element('p', { class: 'muted' }, 'at ', element('code', {}, new URL(endpoint, location.href).host)),
        note !== undefined ? element('p', { class: 'notice', role: 'status' }, note) : '',
        error !== undefined ? errorNotice('You are not signed in', error) : '',
        ...signIns.map((way, index) =>
          element(
            'section',
            { class: 'way' },
            element(
              'button',
              {
                type: 'button',
                class: index === 0 ? 'primary' : undefined,
                'aria-describedby': `about-${way}`,
                click: () => signIn(way),
              },
              ways[way].label,
            ),
            element('p', { id: `about-${way}`, class: 'muted' }, ways[way].says),
          ),
        ),
      ),
    ],
  }
}
