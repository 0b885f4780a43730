import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { drawCheck } from './draw-check.js'

const draw = (found: string, cure?: string, columns: number | undefined = 40) =>
  drawCheck(
    { name: 'tls', verdict: 'warning', found, ...(cure !== undefined && { cure }) },
    { nameWidth: 3, columns, paint: (_, text) => text },
  )

describe('a check', () => {
  it('is a line; what is too long goes on below its beginning, the cure too', () => {
    expect(draw('good')).toBe('warning  tls  good\n')
    expect(draw('signed by somebody whom nobody here knows', 'Have the certificate renewed soon')).toBe(
      [
        'warning  tls  signed by somebody whom',
        '              nobody here knows',
        '              Cure: Have the certificate',
        '                    renewed soon',
        '',
      ].join('\n'),
    )
  })

  it('is never broken where nobody looks, nor steered by what a server says', () => {
    expect(draw('word '.repeat(100), undefined, 0).split('\n')).toHaveLength(2)
    expect(draw('a\u001b[2Jb\u009bc')).toBe('warning  tls  a [2Jb c\n')
  })

  it('loses no word, and is no wider than the terminal but for words that are', () => {
    const words = fc.array(fc.stringMatching(/^[a-zß日]{1,12}$/), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(words, fc.integer({ min: 40, max: 120 }), (list, columns) => {
        const drawn = draw(list.join(' '), undefined, columns)
        expect(drawn.split(/\s+/).slice(2, -1)).toEqual(list)
        for (const line of drawn.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
      }),
    )
  })
})
