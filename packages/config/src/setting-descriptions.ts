import type { SettingName } from './settings.js'

/**
 * What each setting is for, in a sentence or two, for documents and for people who ask. A module of its own, because programs
 * that only read settings need not load it.
 */
export const settingDescriptions: Readonly<Record<SettingName, string>> = {
  'platform.url':
    'Where Flyte Admin is: host, host:port, or an http:// or https:// URL; a leading dns:/// is dropped. Whoever needs it says so when it is unset.',
  'platform.http_url':
    'Where the HTTP API is, when that is elsewhere than platform.url: //host:port, or an http:// or https:// URL. Unset, it is platform.url.',
  'platform.insecure':
    'Plain HTTP instead of HTTPS, for an endpoint that says no scheme itself. Unset, a platform.url that begins with http:// means it too.',
  'platform.insecure_skip_verify':
    "Do not verify the server's certificate. Whoever is between you and the server can then read the tokens.",
  'platform.ca_cert_file_path':
    "The path of a PEM file with certificate authorities to trust beside the platform's own. It is read again when it changes.",
  'platform.console_endpoint': "The URL of Flyte's console, for links. Unset, it is where platform.url is.",
  'platform.http_proxy_url':
    'The URL of the proxy for every request. Unset, HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY tell.',
  'platform.auth': 'Log in before the first call. Otherwise the first answer 401 starts the login.',
  'platform.cloud_provider':
    'Who runs the cluster. flytekit 0.16 chose its storage by it; it is read here so that its files keep their meaning.',
  'credentials.client_id':
    "The OAuth client id. Client credentials need it; in the other modes it is Flyte Admin's word that counts when it is unset.",
  'credentials.redirect_uri':
    'The URL that the browser comes back to after a login, for the client of credentials.client_id. Without such a client it is tried where the port of the advertised one is taken.',
  'credentials.authorization_metadata_key':
    'The name of the HTTP header that carries the token, in any case. Unset, it is authorization.',
  'credentials.client_secret':
    'The client secret itself. A secret from credentials.client_secret_location or credentials.client_secret_env_var wins over it.',
  'credentials.client_secret_location':
    'The path of a file with the client secret, which then also decides the mode: client credentials. A file that is missing is an error.',
  'credentials.client_secret_env_var':
    'The name of an environment variable with the client secret, which then also decides the mode: client credentials.',
  'credentials.auth_mode': 'How to log in: one of the words under "Modes", in any case.',
  'credentials.scope': 'The scopes in one text, separated by spaces. They count when credentials.scopes is unset.',
  'credentials.scopes': 'The scopes to ask for. Where there are none, those that Flyte Admin advertises are asked for.',
  'credentials.audience':
    'The audience to ask the authorization server for. Unset, none is named in the token request.',
  'credentials.command':
    'A program that prints an access token, and its arguments: for the mode external_command, which needs it.',
  'credentials.proxy_command':
    'A program that prints a token for a proxy before Flyte Admin, and its arguments. The token goes into the header proxy-authorization; unset, there is none.',
  'local.project': 'The project that a call is about when it does not say. Unset, the call has to.',
  'local.domain': 'The domain that a call is about when it does not say. Unset, the call has to.',
  'local.org': 'The organization that a call is about when it does not say. Unset, there is none.',
  'admin.token_url':
    'The URL of the token endpoint for client credentials. Unset, it is the one that the authorization server advertises.',
  'admin.max_retries': 'How many times a call is tried again after a failure that may pass.',
  'admin.per_retry_timeout': 'How long each try of a call may take.',
  'admin.max_backoff_delay': 'The longest pause between two tries of a call.',
  'admin.token_refresh_window':
    'How long before its end a token is renewed. With 0s the token manager chooses a moment itself.',
  'admin.use_audience_from_admin':
    'Ask the authorization server for the audience that Flyte Admin advertises, instead of credentials.audience.',
  'admin.pkce_timeout': 'How long a login in the browser may take.',
  'admin.pkce_refresh_time': 'How long before its end a token from a login in the browser is renewed.',
  'admin.device_flow_timeout': 'How long a login on another device may take.',
  'admin.device_flow_refresh_time': 'How long before its end a token from a login on another device is renewed.',
  'admin.device_flow_poll_interval':
    'How long to wait before the authorization server is asked again whether a login on another device is done.',
}
