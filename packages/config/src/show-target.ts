/** Somebody who mixes the redirects up writes the secret itself where its place belongs: that must not reach a CI log. */
const withheld = '(withheld: it does not look like the name of a place; is it the secret itself?)'

/**
 * What may be shown of the variable that a `_FROM_ENV_VAR` names, when there is no such variable.
 *
 * @param isSecret - whether the setting is one; any other target is shown as it is
 */
export function showVariable(name: string, isSecret: boolean): string {
  return show(name, !isSecret || looksLikeVariable(name))
}

/** The same of the path that a `_FROM_FILE` names, when there is no such file. */
export function showPath(path: string, isSecret: boolean): string {
  return show(path, !isSecret || looksLikePath(path))
}

function show(target: string, isHarmless: boolean): string {
  return target === '' ? '(empty)' : isHarmless ? target : withheld
}

/** Words of one case, joined by underscores. One word alone in lower case, or one full of digits, may as well be a password. */
function looksLikeVariable(name: string): boolean {
  return (
    /^[A-Z]{1,20}\d{0,2}$/.test(name) ||
    /^_*([A-Z]{1,20}|[A-Z0-9]{1,8})(_+([A-Z]{1,20}|[A-Z0-9]{1,8}))+_*$/.test(name) ||
    /^[a-z]{1,20}(_+([a-z]{1,20}|[a-z0-9]{1,8}))+$/.test(name)
  )
}

/** It begins like a path, ends like a file, or has folders of plain words; but base64 has slashes as well. */
function looksLikePath(path: string): boolean {
  if (!/^([A-Za-z]:)?[\p{L}\p{N}\\/ .~()_-]+$/u.test(path)) return false
  const segments = path.replace(/^[A-Za-z]:/, '').split(/[\\/]/)
  if (segments.some(looksRandom)) return false
  const isRooted = /^(\.{0,2}|~|[A-Za-z]:)[\\/]/.test(path)
  const isFile = /\.(txt|key|pem|secret|token|env|json|ya?ml|conf|ini)$/i.test(path)
  const isPlain = segments.length > 2 && segments.every((each) => /^([A-Z]?[a-z_-]+|[A-Z_]+)?\d{0,4}$/.test(each))
  return isRooted || isFile || isPlain
}

/** What `mkdtemp` adds to a name is as random as a secret, but short. */
function looksRandom(segment: string): boolean {
  const words = segment.split(/[^\p{L}\p{N}]+/u)
  return isShuffled(words.join(''), 14) || words.some((word) => isShuffled(word, 8) || isLongMixture(word))
}

/** Letters of both cases and digits that change places all the time, unlike in `MyProject2026`. */
function isShuffled(text: string, minLength: number): boolean {
  const changes = text.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])/g)?.length ?? 0
  return text.length >= minLength && /[a-z]/.test(text) && /[A-Z]/.test(text) && changes > 0.4 * text.length
}

function isLongMixture(word: string): boolean {
  return word.length >= 24 && /[a-z]/.test(word) && /[A-Z]/.test(word) && /[0-9]/.test(word)
}
