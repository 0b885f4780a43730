// Who is signed in, at the top of every page.
import { element } from './element.js'

const place = document.getElementById('person') as HTMLElement

/** Shows a person, and the way out; `undefined` where nobody is signed in. */
export function showPerson(name: string | undefined, signOut?: () => void): void {
  place.replaceChildren()
  if (name === undefined) return
  place.append(
    element('span', { class: 'person-name' }, name),
    element('button', { type: 'button', class: 'quiet', click: () => signOut?.() }, 'Sign out'),
  )
}
