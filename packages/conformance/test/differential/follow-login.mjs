// A browser for flytekit's login: follows the URL that it gets as its argument to the end.
import { followRedirects } from '@flyte-js/testing'

await followRedirects(process.argv[2] ?? '')
