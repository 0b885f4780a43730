/** Makes a message unchangeable in all its depth, since several callers have it. */
export function freeze<Message>(message: Message): Message {
  if (message !== null && typeof message === 'object' && !Object.isFrozen(message)) {
    Object.freeze(message)
    for (const value of Object.values(message)) freeze(value)
  }
  return message
}
