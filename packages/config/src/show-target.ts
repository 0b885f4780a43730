/** Somebody who mixes the redirects up writes the secret itself where its place belongs: that must not reach a CI log. */
const withheld = '(withheld: is it the secret itself?)'

/**
 * What may be shown of the variable that a `_FROM_ENV_VAR` names, when there is no such variable.
 *
 * @param isSecret - whether the setting is one; any other target is shown as it is
 */
export function showVariable(name: string, isSecret?: boolean): string {
  return show(name, !isSecret || looksLikeVariable(name))
}

/** The same of the path that a `_FROM_FILE` names, when there is no such file. */
export function showPath(path: string, isSecret?: boolean): string {
  return show(path, !isSecret || looksLikePath(path))
}

function show(target: string, isHarmless: boolean): string {
  return target === '' ? '(empty)' : isHarmless ? target : withheld
}

/** Words of one case, joined by underscores. One word alone in lower case, or one full of digits, may as well be a password. */
function looksLikeVariable(name: string): boolean {
  const text = name.includes('_') && name === name.toLowerCase() ? name.toUpperCase() : name
  return /^([A-Z]{1,20}\d{0,2}|_*([A-Z]{9,20}|[A-Z\d]{1,8})(_+([A-Z]{9,20}|[A-Z\d]{1,8}))+_*)$/.test(text)
}

/** It begins like a path or ends like a file; but base64 has slashes as well. */
function looksLikePath(path: string): boolean {
  const isPath =
    /^([A-Za-z]:)?[\p{L}\p{N}\\/ .~()_-]{1,999}$/u.test(path) &&
    /^(\.{0,2}|~|[a-z]:)[\\/]|\.(txt|key|pem|secret|token|env|json|ya?ml|conf|ini)$/i.test(path)
  return isPath && !path.split(/[\\/]/).some(looksRandom)
}

/** Letters of both cases and digits that change places all the time, unlike in `MyProject2026`, or a long mixture of them. */
function looksRandom(name: string): boolean {
  const text = name.replace(/[^\p{L}\p{N}]/gu, '')
  const changes = text.match(/[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])/g) ?? []
  return changes.length > Math.max(3, 0.4 * text.length) || /(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[^\W_]{24}/.test(name)
}
