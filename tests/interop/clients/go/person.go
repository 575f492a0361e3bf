package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
)

// signInOf is the SDK's own sign-in of a person, with what their browser does: it goes where it is sent, and on to the callback.
func signInOf(a *account) (auth.OAuthHandler, error) {
	client := &oauthex.ClientCredentials{ClientID: a.ID}
	if a.Secret != "" {
		client.ClientSecretAuth = &oauthex.ClientSecretAuth{ClientSecret: a.Secret}
	}
	return auth.NewAuthorizationCodeHandler(&auth.AuthorizationCodeHandlerConfig{
		PreregisteredClient: client, RedirectURL: a.Callback,
		AuthorizationCodeFetcher: func(ctx context.Context, args *auth.AuthorizationArgs) (*auth.AuthorizationResult, error) {
			return browse(ctx, args.URL, a.Callback)
		}})
}

func browse(ctx context.Context, address, callback string) (*auth.AuthorizationResult, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	location := answer.Header.Get("Location")
	if !strings.HasPrefix(location, callback) {
		return nil, fmt.Errorf("the authorization server answered %s", answer.Status)
	}
	to, err := url.Parse(location)
	if err != nil {
		return nil, err
	}
	query := to.Query()
	return &auth.AuthorizationResult{Code: query.Get("code"), State: query.Get("state"), Iss: query.Get("iss")}, nil
}
