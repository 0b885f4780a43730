// All projects, with their domains.
import type { Project } from '@flyte-js/idl'
import { element } from '../element.js'
import type { PageContent, PageContext } from '../page.js'
import { addressOf } from '../route.js'

/** Lists the projects. */
export async function projectsPage({ flyte, signal }: PageContext): Promise<PageContent> {
  const { projects } = await flyte.admin.listProjects({}, { signal })
  const content =
    projects.length === 0
      ? element('p', { class: 'empty' }, 'There are no projects that you can see.')
      : element('ul', { class: 'cards' }, ...projects.map(card))
  return { title: 'Projects', content: [content] }
}

function card({ id, name, description, domains }: Project): HTMLElement {
  const links = domains.map((domain) => {
    const address = addressOf({ page: 'executions', place: { project: id, domain: domain.id } })
    const where = element('span', { class: 'visually-hidden' }, ` of ${name}`)
    return element('li', {}, element('a', { class: 'chip', href: address }, domain.name, where))
  })
  return element(
    'li',
    { class: 'card' },
    element('h2', {}, name),
    element('p', { class: 'muted' }, description || id),
    element('ul', { class: 'chips' }, ...links),
  )
}
