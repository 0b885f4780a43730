// The way around in a project.
import { element } from './element.js'
import { addressOf, type Place } from './route.js'

const sections = { executions: 'Executions', 'launch-plans': 'Launch plans' } as const

/**
 * Links to what there is in a project and domain, with a mark on where the person is.
 *
 * @param isThere - false for a page further inside of that section
 */
export function placeNav(place: Place, current: keyof typeof sections, isThere = true): HTMLElement {
  const link = (page: keyof typeof sections) =>
    element(
      'a',
      {
        href: addressOf({ page, place }),
        'aria-current': page === current ? (isThere ? 'page' : 'true') : undefined,
      },
      sections[page],
    )
  return element(
    'nav',
    { class: 'place', 'aria-label': 'Project' },
    element(
      'p',
      { class: 'trail' },
      element('a', { href: addressOf({ page: 'projects' }) }, 'Projects'),
      element('span', { 'aria-hidden': 'true' }, '/'),
      element('span', { class: 'trail-here' }, place.project, element('span', { class: 'domain' }, place.domain)),
    ),
    element('div', { class: 'tabs' }, link('executions'), link('launch-plans')),
  )
}
