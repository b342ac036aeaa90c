// Which events reach which function. Deployed after the app by subscribe.sh: a function has to exist
// before events can be sent to it, and the key of the blob door is made with the first deployment.

@description('The deployed app.')
param functionAppName string
param storageTopicName string
param communicationTopicName string

@description('Where events go that nobody took in a day.')
param storageAccountId string
param deadLetterContainer string

var tries = { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
var deadLetters = {
  identity: { type: 'SystemAssigned' }
  deadLetterDestination: {
    endpointType: 'StorageBlob'
    properties: { resourceId: storageAccountId, blobContainerName: deadLetterContainer }
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: functionAppName

  resource keys 'host' existing = {
    name: 'default'
  }
}

resource storageTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: storageTopicName
}

resource communicationTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: communicationTopicName
}

// the host's own door for blob triggers, which wants its own key
resource uploads 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: storageTopic
  name: 'uploads'
  properties: {
    destination: {
      endpointType: 'WebHook'
      properties: {
        endpointUrl: 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.hear_of_upload&code=${app::keys.listKeys().systemKeys.blobs_extension}'
      }
    }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/uploads/blobs/'
    }
    eventDeliverySchema: 'EventGridSchema'
    retryPolicy: tries
    deadLetterWithResourceIdentity: deadLetters
  }
}

resource calls 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: communicationTopic
  name: 'calls-recordings-letters'
  properties: {
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: '${app.id}/functions/handle_grid_event'
        maxEventsPerBatch: 1
      }
    }
    filter: {
      includedEventTypes: [
        'Microsoft.Communication.RecordingFileStatusUpdated'
        'Microsoft.Communication.CallStarted'
        'Microsoft.Communication.CallEnded'
        'Microsoft.Communication.EmailDeliveryReportReceived'
      ]
    }
    eventDeliverySchema: 'EventGridSchema'
    retryPolicy: tries
    deadLetterWithResourceIdentity: deadLetters
  }
}
