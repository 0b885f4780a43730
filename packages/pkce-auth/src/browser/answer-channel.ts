// How the page of a popup or of a frame, to which the server has sent its answer, hands it to the page that waits for it: by a
// channel of the origin. No other origin can hear it or speak there, and it is there too where the server has severed the two
// windows (Cross-Origin-Opener-Policy). Any page of this origin can, so whoever hears an answer looks at its state.
const name = 'flyte-js:pkce'

/** Milliseconds that whoever waits for an answer has to say so. */
const patience = 2_000

/**
 * Hears the answers that other pages have got.
 *
 * @param take - says whether it takes an answer; who has brought it is told so
 * @returns a function that ends it
 */
export function hearAnswers(take: (answer: string) => boolean): () => void {
  const channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }) => {
    const { answer } = Object(data)
    if (take(answer)) channel.postMessage({ taken: answer })
  }
  return () => channel.close()
}

/**
 * Offers this page's answer to whoever waits for it. Once it is taken nothing more happens here: this window is closed by the
 * one that opened it, or closes itself.
 *
 * @throws `refusal` where nobody takes it
 */
export function offerAnswer(answer: string, refusal: Error): Promise<never> {
  const channel = new BroadcastChannel(name)
  return new Promise((_, reject) => {
    const timer = setTimeout(() => {
      channel.close()
      reject(refusal)
    }, patience)
    channel.onmessage = ({ data }) => {
      if (Object(data).taken !== answer) return
      clearTimeout(timer)
      channel.close()
      window.close()
    }
    channel.postMessage({ answer })
  })
}
