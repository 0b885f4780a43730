// Tells screen readers what changes while nobody looks there.

const announcer = document.getElementById('announcer') as HTMLElement

/** Has a text read out when there is a pause. */
export function announce(text: string): void {
  announcer.textContent = text
}
