// The phase of an execution: a word, and a colour beside it for those who see it.
import { element } from './element.js'

const tones: Record<string, string> = {
  SUCCEEDED: 'good',
  SUCCEEDING: 'active',
  RUNNING: 'active',
  DYNAMIC_RUNNING: 'active',
  FAILED: 'bad',
  FAILING: 'bad',
  TIMED_OUT: 'bad',
  ABORTED: 'still',
  ABORTING: 'still',
}

/** Shows a phase. */
export function phaseBadge(phase: string): HTMLElement {
  const badge = element('span', { class: 'phase' })
  showPhase(badge, phase)
  return badge
}

/** Shows another phase in the same place. */
export function showPhase(badge: HTMLElement, phase: string): void {
  badge.textContent = phaseText(phase)
  badge.dataset.tone = tones[phase] ?? 'waiting'
}

/** `RUNNING` as a word: `Running`. Before FlytePropeller has seen an execution it has no phase. */
export function phaseText(phase: string): string {
  if (phase === 'UNDEFINED') return 'Waiting'
  const words = phase.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
