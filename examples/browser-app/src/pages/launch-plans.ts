// What can be launched in a project and domain.
import { element } from '../element.js'
import type { PageContent, PageContext } from '../page.js'
import { placeNav } from '../place-nav.js'
import { addressOf, type Place } from '../route.js'

/** Lists the names of launch plans; what is typed narrows them down. */
export async function launchPlansPage(place: Place, { flyte, signal }: PageContext): Promise<PageContent> {
  const sort_by = { key: 'name', direction: 'ASCENDING' } as const
  const items: { name: string; item: HTMLElement }[] = []
  for await (const { name } of flyte.admin.listLaunchPlanIds.paginate({ ...place, limit: 100, sort_by }, { signal })) {
    const address = addressOf({ page: 'launch', place, name })
    items.push({ name, item: element('li', {}, element('a', { href: address }, name)) })
  }
  const found = element('p', { class: 'muted', role: 'status' }, countText(items.length))
  const search = element('input', {
    id: 'search',
    type: 'search',
    autocomplete: 'off',
    spellcheck: 'false',
    input: narrow,
  })

  function narrow(): void {
    const wanted = search.value.trim().toLowerCase()
    for (const { name, item } of items) item.hidden = !name.toLowerCase().includes(wanted)
    found.textContent = countText(items.filter(({ item }) => !item.hidden).length)
  }

  return {
    title: 'Launch plans',
    nav: placeNav(place, 'launch-plans'),
    content: [
      element('div', { class: 'field' }, element('label', { for: 'search' }, 'Find by name'), search),
      found,
      element('ul', { class: 'links' }, ...items.map(({ item }) => item)),
    ],
  }
}

function countText(count: number): string {
  return count === 1 ? '1 launch plan' : `${count} launch plans`
}
