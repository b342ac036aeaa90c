@description('The language model, speech, and the reader of documents. No keys: all three refuse them.')
param openaiName string
param speechName string
param documentsName string
param location string
param tags object

@description('Where the model is deployed, if not beside the app.')
param openaiLocation string

@description('Thousands of tokens a minute of the model that interviews and rates.')
param largeCapacity int

@description('Thousands of tokens a minute of the model that reads and sorts.')
param smallCapacity int

@description('DataZoneStandard or Standard keep data in its zone; GlobalStandard does not.')
@allowed(['Standard', 'DataZoneStandard', 'GlobalStandard'])
param deploymentType string

var deployments = [
  { name: 'gpt-4o', version: '2024-11-20', capacity: largeCapacity }
  { name: 'gpt-4o-mini', version: '2024-07-18', capacity: smallCapacity }
  { name: 'text-embedding-3-small', version: '1', capacity: 50 }
]

resource openai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {
  name: openaiName
  location: openaiLocation
  tags: tags
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: openaiName
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
  }
}

// one after the other: an account takes one change at a time
@batchSize(1)
resource models 'Microsoft.CognitiveServices/accounts/deployments@2024-10-01' = [
  for each in deployments: {
    parent: openai
    name: each.name
    sku: { name: deploymentType, capacity: each.capacity }
    properties: {
      model: { format: 'OpenAI', name: each.name, version: each.version }
      // a rating names its model: a new version comes by a deployment, never by itself
      versionUpgradeOption: 'NoAutoUpgrade'
    }
  }
]

resource speech 'Microsoft.CognitiveServices/accounts@2024-10-01' = {
  name: speechName
  location: location
  tags: tags
  kind: 'SpeechServices'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: speechName
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
  }
}

resource documents 'Microsoft.CognitiveServices/accounts@2024-10-01' = {
  name: documentsName
  location: location
  tags: tags
  kind: 'FormRecognizer'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: documentsName
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
  }
}

output openaiId string = openai.id
output openaiName string = openai.name
output openaiEndpoint string = openai.properties.endpoint
output largeDeployment string = models[0].name
output smallDeployment string = models[1].name
output embeddingDeployment string = models[2].name
output speechId string = speech.id
output speechName string = speech.name
output speechEndpoint string = speech.properties.endpoint
output documentsId string = documents.id
output documentsName string = documents.name
output documentsEndpoint string = documents.properties.endpoint
