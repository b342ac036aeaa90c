#!/bin/sh
# Subscribes the deployed functions to the events of storage and calls; after every deployment of the app.
set -eu
cd "$(dirname "$0")"
# azd gives the outputs of main.bicep to its hooks as environment variables
: "${AZURE_RESOURCE_GROUP:?}" "${API_NAME:?}" "${STORAGE_TOPIC_NAME:?}" "${COMMUNICATION_TOPIC_NAME:?}"
: "${STORAGE_ACCOUNT_ID:?}" "${DEAD_LETTER_CONTAINER:?}"
exec az deployment group create --output none \
  --resource-group "$AZURE_RESOURCE_GROUP" \
  --name subscriptions \
  --template-file subscriptions.bicep \
  --parameters \
  functionAppName="$API_NAME" \
  storageTopicName="$STORAGE_TOPIC_NAME" \
  communicationTopicName="$COMMUNICATION_TOPIC_NAME" \
  storageAccountId="$STORAGE_ACCOUNT_ID" \
  deadLetterContainer="$DEAD_LETTER_CONTAINER"
