import { type Clock, systemClock } from '@flyte-js/core'
import type { Io } from './io.js'

/** The clock that a command goes by. */
export const clockOf = ({ clock = systemClock }: Pick<Io, 'clock'>): Clock => clock
