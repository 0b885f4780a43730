// One execution: its phase and its nodes while they change, what went in, and what came out.
import { executionFailure, fetchInputsOutputs, hasEnded, watchExecution } from '@flyte-js/admin/executions'
import type { Execution } from '@flyte-js/idl'
import { announce } from '../announce.js'
import { element } from '../element.js'
import { errorNotice, isSignedOut } from '../error-notice.js'
import { phaseOf, startText, tookText } from '../execution.js'
import { createNodeTable } from '../node-table.js'
import type { PageContent, PageContext } from '../page.js'
import { phaseBadge, phaseText, showPhase } from '../phase.js'
import { placeNav } from '../place-nav.js'
import { repeat } from '../repeat.js'
import { addressOf, type Place } from '../route.js'
import { valueList } from '../value-list.js'

/** Shows an execution until it has ended. */
export async function executionPage(
  place: Place,
  name: string,
  { flyte, signal, signInAgain }: PageContext,
): Promise<PageContent> {
  const id = { ...place, name }
  let execution = await flyte.admin.getExecution({ id }, { signal })
  const badge = phaseBadge(phaseOf(execution))
  const start = element('dd')
  const took = element('dd')
  const notes = element('div')
  const nodes = createNodeTable()
  const inputs = section('Inputs')
  const outputs = section('Outputs')

  function show(now: Execution): void {
    execution = now
    showPhase(badge, phaseOf(now))
    start.replaceChildren(startText(now))
    took.replaceChildren(tookText(now))
    const failure = executionFailure(now)
    notes.replaceChildren(...(failure ? [failureNotice(failure)] : []))
  }

  async function follow(): Promise<void> {
    try {
      for await (const change of watchExecution(flyte.admin, id, { signal, nodes: true })) {
        if (change.kind === 'node') nodes.show(change.node)
        else if (change.kind === 'stalled')
          notes.replaceChildren(element('p', { class: 'notice', role: 'status' }, change.hint))
        else {
          if (change.phase !== phaseOf(execution)) announce(`${name}: ${phaseText(change.phase)}`)
          show(change.execution)
        }
      }
      await outputs.load(async () => (await fetchInputsOutputs(flyte, id, { signal, only: 'outputs' })).outputs)
    } catch (error) {
      if (signal.aborted) return
      const cures = isSignedOut(error) ? [{ label: 'Sign in again', run: signInAgain }] : []
      notes.replaceChildren(errorNotice('This page is not up to date any more', error, cures))
    }
  }

  show(execution)
  follow()
  inputs.load(async () => (await fetchInputsOutputs(flyte, id, { signal, only: 'inputs' })).inputs)
  repeat(1_000, signal, () => {
    if (!hasEnded(execution)) took.replaceChildren(tookText(execution))
  })

  const { spec } = execution
  const launchPlan = spec?.launch_plan
  return {
    title: name,
    nav: placeNav(place, 'executions', false),
    content: [
      element(
        'dl',
        { class: 'facts' },
        fact('Phase', element('dd', {}, badge)),
        fact(
          'Launch plan',
          launchPlan
            ? element(
                'dd',
                {},
                element('a', { href: addressOf({ page: 'launch', place, name: launchPlan.name }) }, launchPlan.name),
                element('span', { class: 'below' }, launchPlan.version),
              )
            : element('dd', {}, '–'),
        ),
        fact('Launched by', element('dd', {}, spec?.metadata?.principal || '–')),
        fact('Started', start),
        fact('Took', took),
      ),
      notes,
      nodes.element,
      element('div', { class: 'columns' }, inputs.element, outputs.element),
    ],
  }
}

function fact(term: string, details: HTMLElement): HTMLElement {
  return element('div', {}, element('dt', {}, term), details)
}

function failureNotice({ phase, code, message }: { phase: string; code: string; message: string }): HTMLElement {
  return element(
    'div',
    { class: 'notice bad' },
    element('p', { class: 'notice-title' }, `${phaseText(phase)}: ${code}`),
    element('pre', { tabindex: 0, 'aria-label': 'What went wrong' }, message),
  )
}

/** Values that are loaded later. */
function section(title: string): {
  element: HTMLElement
  load(values: () => Promise<Record<string, unknown>>): Promise<void>
} {
  const place = element('div', {}, element('p', { class: 'muted' }, 'Not yet'))
  return {
    element: element('section', {}, element('h2', {}, title), place),
    async load(values) {
      try {
        place.replaceChildren(valueList(await values()))
      } catch (error) {
        place.replaceChildren(errorNotice(`${title} could not be loaded`, error))
      }
    },
  }
}
