"""Logs in by PKCE as flytekit does, at the Flyte Admin of each case, and renews the login once."""

import os

import requests
from flytekit.clients.auth.authenticator import ClientConfig, ClientConfigStore, PKCEAuthenticator
from lines import answer_each


class Advertised(ClientConfigStore):
    """What Flyte Admin says over HTTP; flytekit itself asks by gRPC, which the embedded one has not."""

    def __init__(self, endpoint):
        headers = {"accept": "application/json"}
        self.server = requests.get(f"{endpoint}/.well-known/oauth-authorization-server", headers=headers).json()
        self.client = requests.get(f"{endpoint}/config/v1/flyte_client", headers=headers).json()

    def get_client_config(self):
        return ClientConfig(
            token_endpoint=self.server["token_endpoint"],
            authorization_endpoint=self.server["authorization_endpoint"],
            redirect_uri=self.client["redirect_uri"],
            client_id=self.client["client_id"],
            scopes=self.client["scopes"],
            header_key=self.client["authorization_metadata_key"],
            audience=self.client["audience"] or None,
        )


def log_in(case):
    # Python's webbrowser reads it when it is asked for the first time.
    os.environ["BROWSER"] = case["browser"]
    authenticator = PKCEAuthenticator(case["endpoint"], Advertised(case["endpoint"]))
    tokens = []
    for _ in ("a login", "its renewal"):
        authenticator.refresh_credentials()
        tokens.append(authenticator.get_credentials().access_token)
    return tokens


answer_each(log_in)
