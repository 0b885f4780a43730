import type { Reporter, TestModule } from 'vitest/node'

/**
 * What a test run does on CI: a test that fails there has one more try, since what else runs on that machine is not ours to say.
 * Nothing is hidden by it: which tests needed it, and why, is told at the end. On a machine of one's own a failure is a failure.
 */
export const secondTry = process.env.CI ? { retry: 1, reporters: ['default', tellSecondTries()] } : {}

/** Names the tests that passed by their second try only, with what the first one said. */
export function tellSecondTries(write: (text: string) => void = console.log): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[]) {
      for (const module of modules) {
        for (const test of module.children.allTests()) {
          if (!test.diagnostic()?.flaky) continue
          const [error] = test.result().errors ?? []
          write(
            `\nSECOND TRY  ${module.relativeModuleId} > ${test.fullName}\n  ${error?.message ?? 'no error was kept'}`,
          )
        }
      }
    },
  }
}
