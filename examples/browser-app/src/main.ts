// Begins: finds out who is signed in, then shows where the person is.

import { type Flyte, openFlyte } from './flyte.js'
import type { PageContent, PageContext } from './page.js'
import { executionPage } from './pages/execution.js'
import { executionsPage } from './pages/executions.js'
import { launchPage } from './pages/launch.js'
import { launchPlansPage } from './pages/launch-plans.js'
import { projectsPage } from './pages/projects.js'
import { signInPage } from './pages/sign-in.js'
import { showPerson } from './person.js'
import { parseRoute } from './route.js'
import type { SignIn } from './settings.js'
import { showPage } from './show-page.js'
import { chooseSignIn, chosenSignIn } from './sign-in-choice.js'

document.querySelector('.skip-link')?.addEventListener('click', (event) => {
  // The address is for routes.
  event.preventDefault()
  document.querySelector<HTMLElement>('h1')?.focus()
})
start()

async function start(): Promise<void> {
  const chosen = chosenSignIn()
  if (chosen === undefined) return showSignIn()
  const flyte = openFlyte(chosen)
  try {
    const back = await flyte.auth.handleRedirectCallback()
    if (back) history.replaceState(null, '', back.returnTo)
    const user = await flyte.auth.user()
    if (user === null) return showSignIn()
    enter(flyte, user.name ?? user.subject)
  } catch (error) {
    showSignIn({ error })
  }
}

function enter(flyte: Flyte, name: string): void {
  const leaving = new AbortController()
  const signInAgain = () => void flyte.auth.login().catch((error: unknown) => showSignIn({ error }))
  const show = () => {
    const route = parseRoute(location.hash)
    showPage((signal) => pageOf(route, { flyte, signal, signInAgain }), { signInAgain })
  }
  addEventListener('hashchange', show, { signal: leaving.signal })
  showPerson(name, async () => {
    leaving.abort()
    chooseSignIn(undefined)
    history.replaceState(null, '', '#/')
    // With a token this page stays; with a session it leaves, and comes back.
    const error = await flyte.auth.logout().then(
      () => undefined,
      (error: unknown) => error,
    )
    flyte.close()
    showSignIn({ note: 'You are signed out.', error })
  })
  show()
}

function pageOf(route: ReturnType<typeof parseRoute>, context: PageContext): Promise<PageContent> {
  switch (route.page) {
    case 'projects':
      return projectsPage(context)
    case 'executions':
      return executionsPage(route.place, context)
    case 'execution':
      return executionPage(route.place, route.name, context)
    case 'launch-plans':
      return launchPlansPage(route.place, context)
    case 'launch':
      return launchPage(route.place, route.name, context)
  }
}

function showSignIn({ note, error }: { note?: string; error?: unknown } = {}): void {
  showPerson(undefined)
  const signIn = (way: SignIn) => {
    chooseSignIn(way)
    openFlyte(way)
      .auth.login()
      .catch((error: unknown) => showSignIn({ error }))
  }
  showPage(() => signInPage(signIn, note, error), { signInAgain: () => showSignIn() })
}
