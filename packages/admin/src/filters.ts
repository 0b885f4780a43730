// For users: how lists are narrowed down and put in order.
export { type FilterValue, filter, filters } from './filters/filter.js'
export { sort } from './filters/sort.js'
