// The executions of a project and domain, newest first, kept up to date.
import { sort } from '@flyte-js/admin/filters'
import type { Execution } from '@flyte-js/idl'
import { announce } from '../announce.js'
import { element } from '../element.js'
import { errorNotice, isSignedOut } from '../error-notice.js'
import { phaseOf, startText, tookText } from '../execution.js'
import type { PageContent, PageContext } from '../page.js'
import { phaseBadge, phaseText, showPhase } from '../phase.js'
import { placeNav } from '../place-nav.js'
import { repeat } from '../repeat.js'
import { addressOf, type Place } from '../route.js'
import { placeRows } from '../rows.js'

/** Milliseconds between two looks: one request for all executions on the page, so that many open pages do no harm. */
const every = 3_000
const pageSize = 25

/** Lists executions. */
export async function executionsPage(place: Place, { flyte, signal, signInAgain }: PageContext): Promise<PageContent> {
  const rows = new Map<string, Row>()
  const body = element('tbody')
  const trouble = element('div')
  const table = executionTable(body)
  const empty = element('p', { class: 'empty' }, 'Nothing has run here yet. Launch plans are where to begin.')
  const more = element('button', { type: 'button', class: 'more', click: showMore }, 'Show more')
  let limit = pageSize

  async function refresh(): Promise<void> {
    const { executions, token } = await flyte.admin.listExecutions(
      { id: place, limit, sort_by: sort.desc('created_at') },
      { signal },
    )
    placeRows(body, executions.map(rowOf))
    table.hidden = executions.length === 0
    empty.hidden = !table.hidden
    more.hidden = token === ''
  }

  function rowOf(execution: Execution): HTMLTableRowElement {
    const name = execution.id?.name ?? ''
    const row = rows.get(name) ?? createRow(execution, place)
    rows.set(name, row)
    row.show(execution)
    return row.element
  }

  /** A page that cannot be brought up to date says so, and goes on trying. */
  async function tryToRefresh(): Promise<void> {
    try {
      await refresh()
      trouble.replaceChildren()
    } catch (error) {
      const isTold = trouble.hasChildNodes()
      const cures = isSignedOut(error) ? [{ label: 'Sign in again', run: signInAgain }] : []
      if (!signal.aborted && !isTold) trouble.replaceChildren(errorNotice('This list is not up to date', error, cures))
    }
  }

  function showMore(): void {
    limit += pageSize
    tryToRefresh()
  }

  await refresh()
  repeat(every, signal, tryToRefresh)
  return { title: 'Executions', nav: placeNav(place, 'executions'), content: [trouble, table, empty, more] }
}

interface Row {
  element: HTMLTableRowElement
  show(execution: Execution): void
}

function createRow(first: Execution, place: Place): Row {
  const name = first.id?.name ?? ''
  const badge = phaseBadge(phaseOf(first))
  const start = element('td', { class: 'wide' })
  const startBelow = element('span', { class: 'below narrow' })
  const took = element('td', { class: 'number wide' })
  const address = addressOf({ page: 'execution', place, name })
  let phase = phaseOf(first)
  return {
    element: element(
      'tr',
      {},
      element(
        'th',
        { scope: 'row' },
        element('a', { href: address }, name),
        element('span', { class: 'below' }, first.spec?.launch_plan?.name ?? ''),
      ),
      element('td', {}, badge, startBelow),
      start,
      took,
    ),
    show(execution) {
      const now = phaseOf(execution)
      if (now !== phase) {
        showPhase(badge, now)
        announce(`${name}: ${phaseText(now)}`)
        phase = now
      }
      start.replaceChildren(startText(execution))
      startBelow.replaceChildren(startText(execution))
      took.replaceChildren(tookText(execution))
    },
  }
}

function executionTable(body: HTMLElement): HTMLElement {
  return element(
    'table',
    {},
    element('caption', { class: 'visually-hidden' }, 'Executions, the newest first'),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'Execution'),
        element('th', { scope: 'col' }, 'Phase'),
        element('th', { scope: 'col', class: 'wide' }, 'Started'),
        element('th', { scope: 'col', class: 'number wide' }, 'Took'),
      ),
    ),
    body,
  )
}
