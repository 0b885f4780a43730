// The pages of the device flow: plain, and complete enough for a person with a browser.
import type { Configuration } from 'oidc-provider'

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>

/** What the person reads who has refused. */
export const refusedNotice = 'Refused.'

/** What the person sees: a field for the code, the question whether it is right, and how it ended. */
export const devicePages: DeviceFlow = {
  userCodeInputSource(context, form, _out, error) {
    const notice =
      error === undefined
        ? ''
        : `<p role="alert">${error.name === 'AbortedError' ? refusedNotice : 'That code is not known.'}</p>`
    context.body = page(`${notice}${form}<button type="submit" form="op.deviceInputForm">Continue</button>`)
  },
  userCodeConfirmSource(context, form, _client, _deviceInfo, userCode) {
    context.body = page(`<p>Is <code>${userCode}</code> the code on your device?</p>${form}
<button autofocus type="submit" form="op.deviceConfirmForm">Confirm</button>
<button type="submit" form="op.deviceConfirmForm" name="abort" value="yes">Refuse</button>`)
  },
  successSource(context) {
    context.body = page('<p>Signed in.</p>')
  },
}

function page(body: string): string {
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Device login</title>\n${body}\n</html>\n`
}
