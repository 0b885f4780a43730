import type { ConfigFinding } from '../config-file.js'
import type { Found } from '../waterfall.js'

/** Finds settings that contradict each other, and redirects beside a direct value, which wins without a word. */
export function lintValues(found: readonly Found[]): ConfigFinding[] {
  const findings = found.flatMap(({ env: place, source, shadowed, problems }): ConfigFinding[] => {
    const isDirect = [source, ...shadowed].includes(`environment ${place}`)
    const redirect = [...shadowed, ...problems].find((each) => each.startsWith(`${place}_FROM_`))
    if (!isDirect || redirect === undefined) return []
    return [{ rule: 'redirect-and-value', place, message: `${redirect}: set as well, and loses. Unset one of the two` }]
  })
  const find = (name: string) => found.find(({ setting }) => setting === name)
  const insecure = find('platform.insecure')
  if (insecure?.value === true && /^https:/i.test(String(find('platform.url')?.value))) {
    const message =
      'platform.insecure asks for plain HTTP, but platform.url begins with https://. Change one of the two'
    findings.push({ rule: 'insecure-https', place: insecure.source.replace('environment ', ''), message })
  }
  return findings
}
