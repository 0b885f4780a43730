// Launches a launch plan, with a form that is made of its interface.
import { launch } from '@flyte-js/admin/executions'
import { sort } from '@flyte-js/admin/filters'
import type { LaunchPlan } from '@flyte-js/idl'
import { element } from '../element.js'
import { errorNotice } from '../error-notice.js'
import { dateText } from '../format.js'
import { createInputs, type Inputs } from '../launch/inputs.js'
import type { PageContent, PageContext } from '../page.js'
import { placeNav } from '../place-nav.js'
import { addressOf, type Place } from '../route.js'

/** Shows the form for a launch plan, its newest version first. */
export async function launchPage(place: Place, name: string, { flyte, signal }: PageContext): Promise<PageContent> {
  const id = { ...place, name }
  const newest = { id, limit: 10, sort_by: sort.desc('created_at') }
  const { launch_plans: versions } = await flyte.admin.listLaunchPlans(newest, { signal })
  const [first] = versions
  if (first === undefined) throw new Error(`There is no launch plan ${name} in ${place.project}/${place.domain}`)

  let chosen = first
  let inputs: Inputs = createInputs(first)
  const fields = element('div', {}, ...inputs.elements)
  const trouble = element('div')
  const button = element('button', { type: 'submit', class: 'primary' }, 'Launch')
  const version = element(
    'select',
    { id: 'version', change: () => choose(versions[version.selectedIndex] ?? first) },
    ...versions.map((each) => element('option', {}, versionText(each))),
  )

  function choose(launchPlan: LaunchPlan): void {
    chosen = launchPlan
    inputs = createInputs(launchPlan)
    fields.replaceChildren(...inputs.elements)
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    trouble.replaceChildren()
    const values = inputs.read()
    if (values === undefined || button.disabled) return
    button.disabled = true
    try {
      // The name of the execution is chosen before it is sent: a request that is sent again cannot launch twice.
      const launched = await launch(
        flyte.admin,
        { launchPlan: { ...id, version: chosen.id?.version ?? '' }, inputs: values },
        { signal },
      )
      location.hash = addressOf({ page: 'execution', place, name: launched.name })
    } catch (error) {
      if (!signal.aborted) trouble.replaceChildren(errorNotice('Nothing was launched', error))
    } finally {
      button.disabled = false
    }
  }

  return {
    title: name,
    nav: placeNav(place, 'launch-plans', false),
    content: [
      element(
        'form',
        { class: 'launch', novalidate: true, submit: (event) => void submit(event) },
        element('div', { class: 'field' }, element('label', { for: 'version' }, 'Version'), version),
        element('h2', {}, 'Inputs'),
        fields,
        trouble,
        element('p', { class: 'actions' }, button),
      ),
    ],
  }
}

function versionText({ id, closure }: LaunchPlan): string {
  const made = closure?.created_at ? `, ${dateText(Date.parse(closure.created_at))}` : ''
  return `${id?.version ?? ''}${made}${closure?.state === 'ACTIVE' ? ' (active)' : ''}`
}
